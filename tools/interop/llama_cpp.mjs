// The most likely tokens that llama.cpp finds after a prompt, with each of several adapters or without: reads
// { base, prompt, count, adapters: [path or null, …] } as JSON from standard input, writes a list of tokens for each.
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

/** @type {{ base: string, prompt: number[], count: number, adapters: (string | null)[] }} */
const { base, prompt, count, adapters } = JSON.parse(await text(process.stdin));
const llama = await getLlama({
  gpu: false,
  build: 'never',
  maxThreads: 1,
  logLevel: LlamaLogLevel.error,
  progressLogs: false,
});
const model = await llama.loadModel({ modelPath: base });
const answers = [];
for (const path of adapters) {
  const context = await model.createContext({
    threads: 1, // these models are too small for more: threads would wait for each other
    contextSize: 256,
    batchSize: 64,
    flashAttention: false,
    experimentalKvCacheKeyType: 'F32',
    experimentalKvCacheValueType: 'F32',
    ...(path === null ? {} : { lora: { adapters: [{ filePath: path, scale: 1 }] } }),
  });
  const tokens = [];
  for await (const token of context.getSequence().evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    tokens.push(token);
    if (tokens.length === count) break;
  }
  answers.push(tokens);
  await context.dispose();
}
console.log(JSON.stringify(answers));
await llama.dispose();

/** @param {AsyncIterable<Buffer>} stream */
async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
