import type { SentencePair } from './sentence_patterns';
import { adapterSentencesZh } from './sentences_adapter_zh';
import { chatSentencesZh } from './sentences_chat_zh';
import { composedSentencesZh } from './sentences_composed_zh';
import { containersSentencesZh } from './sentences_containers_zh';
import { datasetSentences1Zh } from './sentences_dataset_1_zh';
import { datasetSentences2Zh } from './sentences_dataset_2_zh';
import { filterSentences1Zh } from './sentences_filter_1_zh';
import { filterSentences2Zh } from './sentences_filter_2_zh';
import { ggufSentencesZh } from './sentences_gguf_zh';
import { hubSentencesZh } from './sentences_hub_zh';
import { keptSentencesZh } from './sentences_kept_zh';
import { nameSentencesZh } from './sentences_names_zh';
import { peftSentencesZh } from './sentences_peft_zh';
import { policySentencesZh } from './sentences_policy_zh';
import { publicSentencesZh } from './sentences_public_zh';
import { recordingSentences1Zh } from './sentences_recording_1_zh';
import { recordingSentences2Zh } from './sentences_recording_2_zh';
import { runSentences1Zh } from './sentences_run_1_zh';
import { runSentences2Zh } from './sentences_run_2_zh';

/** Chinese of what the engine says. */
export const sentences: readonly SentencePair[] = [
  ...filterSentences1Zh,
  ...filterSentences2Zh,
  ...datasetSentences1Zh,
  ...datasetSentences2Zh,
  ...chatSentencesZh,
  ...recordingSentences1Zh,
  ...recordingSentences2Zh,
  ...containersSentencesZh,
  ...runSentences1Zh,
  ...runSentences2Zh,
  ...adapterSentencesZh,
  ...peftSentencesZh,
  ...hubSentencesZh,
  ...ggufSentencesZh,
  ...policySentencesZh,
  ...keptSentencesZh,
  ...nameSentencesZh,
  ...composedSentencesZh,
  ...publicSentencesZh,
];
