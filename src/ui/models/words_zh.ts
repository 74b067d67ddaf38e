/** Chinese of words.ts. */
export const words = {
  folder: '选择文件夹…',
  files: '选择文件…',
  opening: '正在读取配置和文件头…',

  keep: {
    title: '一次点击即可打开',
    download: '按地址下载模型…',
    downloadHint: '在单独的标签页里：这个页面只访问自己的网站。',
    fetch: '下载',
    here: (size: string) => `保存在这个浏览器里，${size}`,
    part: (size: string) => `已有 ${size}：请在“下载”里继续`,
    onDisk: '在您的磁盘上',
    open: '打开',
    again: '再次打开',
    remove: '删除',
    frees: (size: string) => `腾出 ${size}`,
    forget: '忘记',
    of: (button: string, name: string) => `${button}：${name}`,
    keep: (size: string) => `在这个浏览器里保存一份（${size}）`,
    room: (size: string) => `还可以存放 ${size}。`,
    copying: (done: string, total: string) => `已复制 ${done}，共 ${total}…`,
    stop: '停止',
  },
};
