import type { Translated } from './language';
import type { abilityStrings } from './strings_abilities';

/** Chinese of strings_abilities.ts. */
export const abilityStringsZh: Translated<typeof abilityStrings> = {
  abilities: {
    folderInput: {
      name: '选择文件夹',
      here: '录制数据可以按原样的文件夹打开。',
      missing: '请把文件夹拖到页面上，或选择它的 .zip。',
    },
    folderDrop: {
      name: '拖入文件夹',
      here: '拖到页面上的文件夹会被完整读取。',
      missing: '只能拖入文件。请改为选择文件夹，或拖入它的 .zip。',
    },
    fileHandles: {
      name: '询问保存位置',
      here: '并不需要：带走的文件会进入浏览器的下载目录。',
      missing: '并不需要：带走的文件会进入浏览器的下载目录，可在浏览器中设为每次询问。',
    },
    wakeLock: {
      name: '保持屏幕常亮',
      here: '显示训练时，电脑不会休眠。',
      missing: '休眠的电脑不会训练：长时间训练时请让它保持唤醒。',
    },
    lastingStorage: {
      name: '长期保留',
      here: '浏览器可以承诺保留适配器和检查点；保存第一个时，页面会向它请求。',
      missing: '磁盘空间不足时，浏览器可能会清除适配器和检查点：请下载想保留的内容。',
    },
    offline: {
      name: '存储页面',
      here: '首次访问之后，没有网络也能使用本页面。',
      missing: '每次访问都需要网络。某些浏览器的隐私窗口不会存储页面。',
    },
    install: {
      name: '安装为应用',
      here: '浏览器可以给页面一个独立的窗口。',
      missing: '并不需要：书签打开的是同一个页面，没有网络也可以。',
    },
  },
};
