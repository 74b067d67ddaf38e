import type { SentencePair } from './sentence_patterns';

/** What is said in the files named here, in Chinese. */
export const recordingSentences2Zh: readonly SentencePair[] = [
  // recording/joint_match.ts
  ['{0} of {1} joints that move', '{1} 个活动关节中的 {0} 个'],
  [
    'The state follows the action in {0} (correlation above {1}): an action says where a joint is to be.',
    '<0>的状态跟随动作（相关系数高于 {1}）：动作说明关节要去的位置。',
  ],
  [
    'The state follows the action in {0} only (correlation above {1}): the actions are no positions of what the state measures.',
    '只有<0>的状态跟随动作（相关系数高于 {1}）：动作不是状态所测的位置。',
  ],
  [
    'Too little moves to compare state and action; their joints have the same names.',
    '活动太少，无法比较状态和动作；它们的关节名字相同。',
  ],
  [
    'Too little moves to compare state and action, and their joints have other names.',
    '活动太少，无法比较状态和动作，而它们的关节名字不同。',
  ],
  // recording/json.ts
  ['The file is not valid JSON: {0}.', '文件不是有效的 JSON：{0}。'],
  // recording/lerobot.ts
  ['the motion', '动作数据'],
  [
    'Some frames do not say what the task is; they are learned without a prompt.',
    '有些帧没有说明任务是什么；它们不带提示学习。',
  ],
  ['Copy the file of tasks along with the rest, or type a prompt.', '请把任务文件一起复制过来，或输入提示。'],
  ['No episode could be read.', '没有能读取的回合。'],
  [
    '{0} episodes are promised, {1} can be used ({2}). Missing: {3}.',
    '应有 {0} 个回合，可用 {1} 个（{2}）。缺少：{3}。',
  ],
  [
    'Add the missing files and choose the folder again, or go on with what is here.',
    '请补上缺少的文件再重新选择文件夹，或用现有的继续。',
  ],
  ['The number of frames of {0} is not the one that meta says.', '<0>的帧数与 meta 所写的不同。'],
  ['Check that the files of motion are whole; what is here is used.', '请检查动作文件是否完整；现有的会被使用。'],
  // recording/motion_files.ts
  [' and {0} more .parquet', '和另外 {0} 个 .parquet'],
  [
    'No file of motion lies where meta/info.json says: "{0}" was looked for, and "{1}"{2} is there.',
    'meta/info.json 所说的位置没有动作文件：要找的是“{0}”，那里有的是“{1}”<2>。',
  ],
  [
    'No file of motion lies where meta/info.json says: "{0}" was looked for, and "{1}"{2} are there.',
    'meta/info.json 所说的位置没有动作文件：要找的是“{0}”，那里有的是“{1}”<2>。',
  ],
  ['There is {0}, but no file of motion: "{1}" was looked for.', '有 <0>，但没有动作文件：要找的是“{1}”。'],
  ['There are {0}, but no file of motion: "{1}" was looked for.', '有 <0>，但没有动作文件：要找的是“{1}”。'],
  [
    'There is a description, but no file of motion: "{0}" was looked for.',
    '有说明文件，但没有动作文件：要找的是“{0}”。',
  ],
  [
    'Choose the whole folder of the recording, with meta and data in it; data/ may have been left out by .gitignore.',
    '请选择录制的整个文件夹，包括 meta 和 data；data/ 可能被 .gitignore 排除了。',
  ],
  [
    'The files lie as in v3.0, and meta/info.json says {0}: correct "codebase_version" and "data_path" there.',
    '文件按 v3.0 存放，而 meta/info.json 写的是 {0}：请改正其中的“codebase_version”和“data_path”。',
  ],
  [
    'The files lie as in v2.1, and meta/info.json says {0}: correct "codebase_version" and "data_path" there.',
    '文件按 v2.1 存放，而 meta/info.json 写的是 {0}：请改正其中的“codebase_version”和“data_path”。',
  ],
  [
    'Put the files where "data_path" of meta/info.json says, or write there where they are: "{0}".',
    '请把文件放到 meta/info.json 的“data_path”所说的位置，或在那里写明它们的位置：“{0}”。',
  ],
  ['The file is a Git LFS pointer, not the data.', '文件是 Git LFS 指针，不是数据。'],
  [
    'Run "git lfs pull" in the folder it came from, and choose it again.',
    '请在它所在的文件夹中运行“git lfs pull”，再重新选择。',
  ],
  [
    '{0} of {1} files of motion are Git LFS pointers, not the data{2}.',
    '{1} 个动作文件中有 {0} 个是 Git LFS 指针，不是数据<2>。',
  ],
  ['{0} of {1} files of motion cannot be used{2}: {3}', '{1} 个动作文件中有 {0} 个无法使用<2>：<3>'],
  ['Row {0} does not say which episode it belongs to.', '第 {0} 行没有说明属于哪个回合。'],
  ['Record "episode_index", a whole number a row.', '请录制“episode_index”，每行一个整数。'],
  // recording/motion_readers.ts
  ['NumPy arrays', 'NumPy 数组'],
  // recording/norm_stats.ts
  ['The {0} of {1} never changes, so there is nothing to learn from it.', '{1} 的<0>从不变化，因此没有可学的。'],
  ['The {0} of {1} never changes, so there is nothing to learn from them.', '{1} 的<0>从不变化，因此没有可学的。'],
  ['{0} of the recording', '录制的<0>'],
  ['Nothing need be done; if it should move, check how it was recorded.', '不必处理；如果它应当活动，请检查录制方式。'],
  // recording/normalize.ts
  ['The statistics hold no quantiles.', '统计数据中没有分位数。'],
  ['Choose z-score normalisation, or compute them again.', '请选择 z-score 归一化，或重新计算统计数据。'],
  // recording/open_recording.ts
  ['Go on without it.', '不用它继续。'],
  ['{0} beside the LeRobot recording is not read.', 'LeRobot 录制旁边的 <0>不会读取。'],
  ['{0} beside the LeRobot recording are not read.', 'LeRobot 录制旁边的 <0>不会读取。'],
  ['Open such files by themselves, or convert them to LeRobot too.', '请单独打开这些文件，或把它们也转换为 LeRobot。'],
  ['The recording "{0}" lies inside of another one, and is left out.', '录制“{0}”在另一份录制里面，已略去。'],
  ['Choose its folder, or move it beside the other.', '请选择它的文件夹，或把它移到另一份旁边。'],
  // recording/path_template.ts
  [
    'Correct the path in meta/info.json, or copy the file again from where it was recorded.',
    '请改正 meta/info.json 中的路径，或从录制的地方重新复制文件。',
  ],
  ['The path {0} does not stay inside the recording.', '路径 {0} 超出了录制的文件夹。'],
  ['The path {0} has {1}, which is unknown here.', '路径 {0} 中有 {1}，这里不认识。'],
  // recording/plain_files.ts
  ['the recording', '录制'],
  [
    'The files do not say how many frames a second they have; {0} are taken, which is usual in such files.',
    '文件没有说明每秒帧数；取这类文件常用的 {0}。',
  ],
  ['Give the number where it is another, or go on.', '如果不是这个数，请填写；否则继续。'],
  // recording/problems.ts
  ['{0} of {1} cannot be used: {2}', '<1>中有 {0} 个无法使用：<2>'],
  ['episode {0}', '回合 {0}'],
  ['episodes {0}', '回合 {0}'],
  // recording/rows.ts
  ['is missing', '缺失'],
  ['has {0} in place of number {1}', '第 {1} 个数的位置是 {0}'],
  ['is too large at number {0}', '第 {0} 个数太大'],
  // recording/stored_pictures.ts
  [
    '{0} of {1} in "{2}" could not be read; the camera is masked there.',
    '“{2}”的 <0>无法读取（共 {1} 张）；在那里相机被遮蔽。',
  ],
  [
    'Copy the file again, or go on: these frames are learned without this camera.',
    '请重新复制文件，或继续：这些帧不用这个相机学习。',
  ],
  // recording/table.ts
  [
    'Name the columns "state_0", "action_0" and so on, or "state.shoulder" and "action.shoulder".',
    '请把列命名为“state_0”“action_0”等，或“state.shoulder”和“action.shoulder”。',
  ],
  ['The table is empty.', '表格是空的。'],
  [
    '{0} row has a cell that is no number; the episodes they are in are left out.',
    '{0} 行中有不是数的单元格；这一行所在的回合已略去。',
  ],
  [
    '{0} rows have a cell that is no number; the episodes they are in are left out.',
    '{0} 行中有不是数的单元格；这些行所在的回合已略去。',
  ],
  ['Fill in or remove these rows.', '请填好或删除这些行。'],
  ["No columns of the robot's {0} were found among {1}.", '在 {1} 中没有找到机器人<0>的列。'],
  // recording/unknown_files.ts
  [
    'or save its arrays with numpy.savez as state (F, S), action (F, A) and episode_ends (E)',
    '或用 numpy.savez 把它的数组保存为 state (F, S)、action (F, A) 和 episode_ends (E)',
  ],
  ['a ROS bag', 'ROS bag'],
  ['ROS bags', 'ROS bag'],
  [
    'Read it with the Python package "rosbags" and write it as LeRobot, {0}.',
    '请用 Python 包“rosbags”读取，再写成 LeRobot，<0>。',
  ],
  ['an MCAP recording', 'MCAP 录制'],
  ['MCAP recordings', 'MCAP 录制'],
  [
    'Read it with the Python package "mcap" and write it as LeRobot, {0}.',
    '请用 Python 包“mcap”读取，再写成 LeRobot，<0>。',
  ],
  ['TFRecords (RLDS)', 'TFRecord（RLDS）'],
  [
    'Convert it to LeRobot, as convert_libero_data_to_lerobot.py of openpi does, {0}.',
    '请像 openpi 的 convert_libero_data_to_lerobot.py 那样转换为 LeRobot，<0>。',
  ],
  ['{0} are {1}, which are not read here.', '<0>是 <1>，这里无法读取。'],
  ['The file is {0}, which is not read here.', '文件是 <0>，这里无法读取。'],
  [
    'The recording is of LeRobot v1.x, which is not read here; v2.0, v2.1 and v3.0 are.',
    '录制数据是 LeRobot v1.x 的，这里无法读取；可以读取 v2.0、v2.1 和 v3.0。',
  ],
  [
    'The description of the recording, meta/info.json, is not among the files.',
    '文件中没有录制的说明 meta/info.json。',
  ],
  ['No recording is among the files.', '这些文件中没有录制。'],
  [
    'Choose the whole folder of a LeRobot recording, a .zip of it, or HDF5 or Zarr files, .npz, .npy or .csv files of state and action.',
    '请选择 LeRobot 录制的整个文件夹或它的 .zip，或含有状态和动作的 HDF5、Zarr、.npz、.npy 或 .csv 文件。',
  ],
  // recording/video_frames.ts
  [
    "This browser cannot decode the video's format, {0}; the camera is masked.",
    '这个浏览器不能解码视频的格式 {0}；相机被遮蔽。',
  ],
  [
    'Use a browser that can, for example Chrome or Edge, or convert the video to H.264.',
    '请使用可以解码的浏览器，例如 Chrome 或 Edge，或把视频转换为 H.264。',
  ],
  ['The video is damaged: {0}', '视频已损坏：{0}'],
  [' The file was cut off.', '文件被截断了。'],
  [
    '{0} of {1} could not be read from the video; the camera is masked there.{2}',
    '{1} 帧中有 <0>无法从视频中读出；在那里相机被遮蔽。<2>',
  ],
  // recording/video_index.ts
  ['it claims {0} frames', '它声称有 {0} 帧'],
  ['it has too many parts', '它的部分太多'],
  ['its table "{0}" claims {1} entries', '它的表“{0}”声称有 {1} 项'],
  ['it holds no video', '其中没有视频'],
  ['The video cannot be opened: {0}.', '视频无法打开：<0>。'],
  ['its tables are too large', '它的表太大'],
  ['it ends before its table of contents', '它在目录之前就结束了'],
  // recording/zarr_stores.ts
  [
    'The files are of a Zarr store (diffusion policy), and hold no array that can be read.',
    '文件属于 Zarr 存储（diffusion policy），其中没有能读取的数组。',
  ],
  [
    'Choose the whole folder or a .zip of it, convert it to LeRobot, or save its arrays with numpy.savez as state (F, S), action (F, A) and episode_ends (E).',
    '请选择整个文件夹或它的 .zip，转换为 LeRobot，或用 numpy.savez 把它的数组保存为 state (F, S)、action (F, A) 和 episode_ends (E)。',
  ],
];
