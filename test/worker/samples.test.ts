import { afterEach, expect, test, vi } from 'vitest';
import { ProblemError } from '../../src/problem';
import { fetchSample, sampleCatalogue } from '../../src/worker/samples';

const INDEX = JSON.stringify([{ id: 'a', name: 'A', file: 'a.txt' }]);

/** What comes of a file of the site. */
type Answer = () => Response;
const serve = (answers: Readonly<Record<string, Answer>>) =>
  vi.stubGlobal('fetch', async ({ pathname }: URL) => {
    const answer = Object.entries(answers).find(([name]) => pathname.endsWith(name))?.[1];
    if (!answer) throw new TypeError('Failed to fetch');
    return answer();
  });
afterEach(() => vi.unstubAllGlobals());

/** The first bytes of a body, and no more. */
const cut: Answer = () =>
  new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(3));
        controller.error(new TypeError('network error'));
      },
    }),
  );

const problemOf = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof ProblemError ? error.problem : error;
};

test('a sample is the file that the list says', async () => {
  serve({ 'index.json': () => new Response(INDEX), 'a.txt': () => new Response('One.') });
  expect(await sampleCatalogue()).toEqual([{ id: 'a', name: 'A' }]);
  const file = await fetchSample('a');
  expect([file.name, await file.text()]).toEqual(['a.txt', 'One.']);
});

test.each<[string, Readonly<Record<string, Answer>>, string, RegExp]>([
  ['without a network', {}, 'index.json', /^Could not fetch .*: Failed to fetch$/],
  ['a list that is cut off', { 'index.json': cut }, 'index.json', /^Could not fetch .*: network error$/],
  ['a host’s own page', { 'index.json': () => new Response('<!doctype html>') }, 'index.json', / is not JSON: /],
  [
    'a sample that is cut off',
    { 'index.json': () => new Response(INDEX), 'a.txt': cut },
    'a.txt',
    /^Could not fetch .*: network error$/,
  ],
  [
    'a sample that is not there',
    { 'index.json': () => new Response(INDEX), 'a.txt': () => new Response('', { status: 404 }) },
    'a.txt',
    / answered 404\.$/,
  ],
])('%s: which file, where, and what to do', async (_, answers, name, what) => {
  serve(answers);
  const problem = await problemOf(fetchSample('a'));
  expect(problem).toMatchObject({
    what: expect.stringMatching(what),
    where: 'samples',
    fix: expect.stringContaining('eload the page'),
  });
  expect(problem).toMatchObject({ what: expect.stringContaining(`/samples/${name}`) });
});
