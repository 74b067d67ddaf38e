import type { SentencePair } from './sentence_patterns';

/** What is said in the files named here, in Chinese. */
export const recordingSentences1Zh: readonly SentencePair[] = [
  // recording/array_motion.ts
  ['with it there are {0} numbers', '加上它共有 {0} 个数'],
  ['"{0}" cannot be read: {1}.', '“{0}”无法读取：<1>。'],
  ['Choose another column, or copy the file again.', '请选择另一列，或重新复制文件。'],
  ['Camera "{0}" is masked. Its pictures cannot be read: {1}.', '相机“{0}”被遮蔽。它的画面无法读取：<1>。'],
  ['Copy the file again, or go on without this camera.', '请重新复制文件，或不用这个相机继续。'],
  // recording/array_pictures.ts
  ['The pictures cannot be read: {0}.', '画面无法读取：<0>。'],
  // recording/arrays.ts
  ['The file cannot be opened: {0}.', '文件无法打开：<0>。'],
  ['Save it again with numpy.savez.', '请用 numpy.savez 重新保存。'],
  ['"{0}" has {1} frames but "{2}" has {3}.', '“{0}”有 {1} 帧，而“{2}”有 {3} 帧。'],
  ['Save one row of each for every frame.', '请让它们每一帧各有一行。'],
  // recording/cameras.ts
  ['MPEG-4 Part 2 (mp4v)', 'MPEG-4 Part 2（mp4v）'],
  ['Motion JPEG (jpeg)', 'Motion JPEG（jpeg）'],
  ['Motion JPEG (mjpg)', 'Motion JPEG（mjpg）'],
  ['There is no video of it.', '没有它的视频。'],
  ['Its videos are {0}.', '它的视频是 <0>。'],
  ['Its videos are Git LFS pointers.', '它的视频是 Git LFS 指针。'],
  ['Its videos cannot be opened.', '它的视频无法打开。'],
  ['this browser does not decode', '这个浏览器不能解码'],
  ['no browser decodes', '没有浏览器能解码'],
  ['{0}, which this browser does not decode', '{0}，这个浏览器不能解码'],
  ['{0}, which no browser decodes', '{0}，没有浏览器能解码'],
  [
    '{0} of {1} of camera "{2}" are Git LFS pointers, not the data; it is masked there.',
    '相机“{2}”的 <1>中有 {0} 个是 Git LFS 指针，不是数据；在那里它被遮蔽。',
  ],
  [
    'Run "git lfs pull" in the folder they came from, and choose it again, or go on without this camera.',
    '请在它们所在的文件夹中运行“git lfs pull”再重新选择，或不用这个相机继续。',
  ],
  [
    '{0} of {1} of camera "{2}" cannot be opened; it is masked in {3}. {4}',
    '相机“{2}”的 <1>中有 {0} 个无法打开；它在<3>中被遮蔽。<4>',
  ],
  [
    'Copy the file again from where it was recorded, or go on: these frames are learned without this camera.',
    '请从录制的地方重新复制文件，或继续：这些帧不用这个相机学习。',
  ],
  [' in {0}', '（<0>）'],
  ['Camera "{0}" is masked{1}. {2}', '相机“{0}”<1>被遮蔽。<2>'],
  ['Convert each to H.264 or AV1, for example: {0}', '请把它们逐个转换为 H.264 或 AV1，例如：{0}'],
  ['{0} to {1}', '<0>到<1>'],
  [
    'The video of camera "{0}" has {1} than there are rows in {2}; there each row has the picture that is nearest in time, or none.',
    '相机“{0}”的视频在<2>中比行数<1>；那里每一行用时间上最近的画面，或者没有画面。',
  ],
  ['Go on where the times are right, or record these episodes again.', '如果时间正确就继续，或重新录制这些回合。'],
  ['{0} more', '多 <0>'],
  ['{0} fewer', '少 <0>'],
  // recording/choose_joints.ts
  [
    'The state has {0} numbers; the {1} that were measured of the joints of the action are kept.',
    '状态有 {0} 个数；保留其中测得动作关节的 {1} 个。',
  ],
  [
    'Choose another column of the state with at most {0} numbers, or go on.',
    '请选择不超过 {0} 个数的另一列状态，或继续。',
  ],
  ['The action has no joint "{0}".', '动作没有关节“{0}”。'],
  ['Choose by name or by place, 0 to {0}: {1}.', '请按名字或按位置 0 到 {0} 选择：{1}。'],
  ['The {0} has {1} numbers a frame; 1 to {2} can be learned.', '<0>每帧有 {1} 个数；可以学习 1 到 {2} 个。'],
  [
    'Choose at most {0} joints by name or place, or another column: {1}.',
    '请按名字或位置选择最多 {0} 个关节，或选择另一列：{1}。',
  ],
  ['{0} and {1} more', '{0}，另有 {1} 个'],
  // recording/chunks.ts
  ['The robot has {0} joints, and the model has room for {1}.', '机器人有 {0} 个关节，而模型只容得下 {1} 个。'],
  ['Choose a larger model, or a recording with fewer joints.', '请选择更大的模型，或关节较少的录制。'],
  // recording/delta.ts
  [' {0} is an angle of an orientation, and learned as it is.', '{0} 是朝向的角度，照原样学习。'],
  [' {0} are angles of an orientation, and learned as they are.', '{0} 都是朝向的角度，照原样学习。'],
  [
    ' They do not stand at the same place in the same unit, so no difference is taken.',
    '它们不在同一位置、同一单位，因此不取差。',
  ],
  [' They are learned as they are.', '它们照原样学习。'],
  [
    '{0} They do not stand at the same place in the same unit, so no difference is taken.{1}',
    '<0>它们不在同一位置、同一单位，因此不取差。<1>',
  ],
  ['{0} They are learned as they are.{1}', '<0>它们照原样学习。<1>'],
  // recording/episodes.ts
  ['its {0} {1}', '它的<0><1>'],
  ['The recording is larger than memory.', '录制数据比内存还大。'],
  ['Choose a part of it.', '请只选择一部分。'],
  [
    'Episode {0} holds {1} takes: "frame_index" starts again at row {2}. They are read as {3}.',
    '回合 {0} 含有 {1} 次录制：“frame_index”在第 {2} 行重新开始。按<3>来读。',
  ],
  ['Nothing need be done, where that is what was recorded.', '如果录制本来如此，就不必处理。'],
  ['its {0} has more than {1} numbers', '它的<0>超过 {1} 个数'],
  ['its {0} has {1} of {2} numbers', '它的<0>只有 {2} 个数中的 {1} 个'],
  ['{0} episodes are left out ({1}), the first at frame {2}: {3}.', '略去 {0} 个回合（{1}），第一个在第 {2} 帧：<3>。'],
  ['Episode {0} is left out, frame {1}: {2}.', '略去回合 {0}，第 {1} 帧：<2>。'],
  ['Record them again, or go on without them.', '请重新录制它们，或不用它们继续。'],
  ['Record it again, or go on without it.', '请重新录制它，或不用它继续。'],
  [
    'Frames are missing in the middle of {0}; they are used as if there were no gap.',
    '<0>中间缺帧；按没有间断来使用。',
  ],
  ['Record them again where the gap matters.', '如果间断有影响，请重新录制。'],
  ['its frames are not in order', '它的帧顺序不对'],
  // recording/features.ts
  ["No column of the robot's {0} was found.", '没有找到机器人<0>的列。'],
  ['There is no column {0}.', '没有 {0} 这一列。'],
  ['Say which of these is the {0}: {1}.', '请说明这些列中哪个是<0>：{1}。'],
  ['Record a column of the {0}.', '请录制一列<0>。'],
  // recording/files.ts
  ['There are {0} files.', '有 {0} 个文件。'],
  ['Choose the folder of one recording.', '请选择一份录制的文件夹。'],
  ['The file has {0} bytes; at most {1} can be read.', '文件有 {0} 字节；最多能读取 {1} 字节。'],
  ['Split it into smaller files.', '请拆成较小的文件。'],
  ['The file is not text in UTF-8.', '文件不是 UTF-8 文本。'],
  ['Save it as UTF-8, or copy it again.', '请另存为 UTF-8，或重新复制。'],
  ['The file cannot be read.', '文件无法读取。'],
  ['Check that it is still there, then choose it again.', '请确认它还在那里，再重新选择。'],
  ['The archive cannot be opened: {0}.', '压缩包无法打开：<0>。'],
  ['Pack it again, or choose the folder itself.', '请重新打包，或直接选择文件夹。'],
  ['{0} file has a path that leave the archive, and was left out.', '{0} 个文件的路径指向压缩包之外，已略去。'],
  ['{0} files have paths that leave the archive, and were left out.', '{0} 个文件的路径指向压缩包之外，已略去。'],
  ['Pack the folder of the recording again.', '请重新打包录制的文件夹。'],
  [
    'Pack the archive again without compression, or choose the folder itself.',
    '请不压缩地重新打包，或直接选择文件夹。',
  ],
  ['The file cannot be unpacked: {0}.', '文件无法解压：<0>。'],
  // recording/footage.ts
  ['every episode', '每个回合'],
  ['Its pictures are not in the files of motion.', '它的画面不在动作文件中。'],
  ['The video is not here.', '视频不在这里。'],
  ['meta/info.json names no videos.', 'meta/info.json 没有写明视频。'],
  [
    'Camera "{0}" is masked in {1}. Its pictures are not in the files of motion.',
    '相机“{0}”在<1>中被遮蔽。它的画面不在动作文件中。',
  ],
  ['Camera "{0}" is masked in {1}. The video is not here.', '相机“{0}”在<1>中被遮蔽。视频不在这里。'],
  [
    'Camera "{0}" is masked in {1}. meta/info.json names no videos.',
    '相机“{0}”在<1>中被遮蔽。meta/info.json 没有写明视频。',
  ],
  ['pictures of {0}', '{0} 的画面'],
  ['videos of {0}', '{0} 的视频'],
  ['Copy the recording again, or go on without this camera.', '请重新复制录制数据，或不用这个相机继续。'],
  [
    'Add the folder "videos" and choose the recording again, or go on without this camera.',
    '请加上文件夹“videos”再重新选择录制数据，或不用这个相机继续。',
  ],
  // recording/hdf5_files.ts
  ['"{0}" is no longer in the file.', '“{0}”已不在文件中。'],
  ['Choose the recording again.', '请重新选择录制数据。'],
  // recording/info.ts
  ['"fps" is no rate of frames a second.', '“fps”不是每秒帧数。'],
  ['Set "fps" to the rate that was recorded with.', '请把“fps”设为录制时的帧率。'],
  [
    'The recording is of LeRobot {0}, which is not read here; v2.0, v2.1 and v3.0 are.',
    '录制数据是 LeRobot {0} 的，这里无法读取；可以读取 v2.0、v2.1 和 v3.0。',
  ],
  [
    'Convert it with the tools of LeRobot, from v1 with convert_dataset_v1_to_v2.py.',
    '请用 LeRobot 的工具转换；从 v1 转换用 convert_dataset_v1_to_v2.py。',
  ],
  ['The file does not say which version of LeRobot recorded it.', '文件没有说明是哪个版本的 LeRobot 录制的。'],
  ['The layout {0} is unknown; v2.0, v2.1 and v3.0 are read.', '布局 {0} 不认识；可以读取 v2.0、v2.1 和 v3.0。'],
  [
    'Convert the recording with the tools of LeRobot, or check "codebase_version".',
    '请用 LeRobot 的工具转换录制数据，或检查“codebase_version”。',
  ],
  ['The path {0} lacks {{1}}; the usual one is tried.', '路径 {0} 缺少 {{1}}；改用通常的路径。'],
  ['Correct the path in meta/info.json.', '请改正 meta/info.json 中的路径。'],
  // recording/jitter.ts
  [
    '{0}: the action never changes by more than a tick, which is noise and no motion, and would be learned as one.',
    '{0}：动作的变化从不超过一格，这是噪声而不是运动，却会被当作运动来学习。',
  ],
  ['action, {0}', '动作，<0>'],
  ['Leave the joint out, or go on if that is how it should move.', '请去掉这个关节；如果它本该如此，就继续。'],
  ['Leave the joints out, or go on if that is how it should move.', '请去掉这些关节；如果它们本该如此，就继续。'],
  // recording/join.ts
  ['Train on it in a run of its own, or go on without it.', '请用它单独训练，或不用它继续。'],
  ['The recording "{0}" is left out: {1}', '录制“{0}”已略去：<1>'],
  ['No recording could be read.', '没有能读取的录制。'],
  ['the files', '这些文件'],
  ['Choose a recording with at least one whole episode.', '请选择至少有一个完整回合的录制。'],
  ['its {0} has {1} numbers a frame, and that of "{2}" has {3}.', '它的<0>每帧有 {1} 个数，而“{2}”有 {3} 个。'],
  ['number {0} of its {1} is "{2}", and that of "{3}" is "{4}".', '它的<1>中第 {0} 个是“{2}”，而“{3}”的是“{4}”。'],
  [
    'the numbers of its {0} lie beside those of "{1}", and no names say that its joints are the same.',
    '它的<0>的数值不在“{1}”的范围之内，也没有名字表明关节相同。',
  ],
  [
    'the numbers of its {0} reach {1} times as far as those of "{2}": they count in another unit.',
    '它的<0>的数值是“{2}”的 {1} 倍：单位不同。',
  ],
  [
    'the numbers of its {0} reach 1/{1} as far as those of "{2}": they count in another unit.',
    '它的<0>的数值是“{2}”的 1/{1}：单位不同。',
  ],
  ['it has {0} frames a second, and "{1}" has {2}.', '它每秒 {0} 帧，而“{1}”每秒 {2} 帧。'],
  ['it holds the same as "{0}".', '它与“{0}”内容相同。'],
  [
    'Camera "{0}" is left out: {1} and {2} more has none of that name.',
    '相机“{0}”已略去：{1} 和另外 {2} 份录制没有这个名字的相机。',
  ],
  [
    'Camera "{0}" is left out: {1} and {2} more have none of that name.',
    '相机“{0}”已略去：{1} 和另外 {2} 份录制没有这个名字的相机。',
  ],
  ['Camera "{0}" is left out: {1} has none of that name.', '相机“{0}”已略去：{1} 没有这个名字的相机。'],
  ['Camera "{0}" is left out: {1} have none of that name.', '相机“{0}”已略去：{1} 没有这个名字的相机。'],
  ['cameras of {0} recordings', '{0} 份录制的相机'],
  [
    'Give it one name in all recordings, or go on without this camera.',
    '请在所有录制中给它同一个名字，或不用这个相机继续。',
  ],
];
