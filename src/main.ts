import { finishUpdate, registerOffline, updateAsked } from './pwa/register';
import { applyTheme, rememberedTheme } from './ui/parts/theme';
import { preferredLanguage, speak } from './ui/words/language';
import { sayIncomplete } from './ui/words/language_incomplete';
import { connect } from './worker/connect';

/**
 * The page's parts, from the ground up, each a file of its own (`PARTS` in vite.config.ts): evaluated in one go they
 * would keep the thread for longer than a person's key may wait.
 */
const parts: readonly (() => Promise<unknown>)[] = [
  () => import('./ui/words/format'),
  async () => new Intl.NumberFormat(navigator.language), // uPlot makes one as it is evaluated: the browser's first takes long
  () => import('lit'),
  () => import('./ui/parts/plot_element'),
  () => import('./ui/parts/styles'),
  () => import('./ui/run/run-panel'),
  () => import('./ui/freeze/freeze-panel'),
  () => import('./ui/train/train-panel'),
  () => import('./ui/app/views'),
  () => import('./ui/app/app-header'),
];

/** Until the thread has done what else waited for it: a frame, a key, a message. */
const breath = () => new Promise<void>((resolve) => setTimeout(resolve));

applyTheme(rememberedTheme());
if (updateAsked()) await import('./ui/app/adaptab-app'); // it says what the page waits for
await finishUpdate();
const trainer = connect((message) => void opening.then((bench) => bench.trainerFailed(message)));
const opening = openPage();
await opening.catch((error: unknown) => {
  sayIncomplete(appElement(), preferredLanguage());
  throw error;
});

function appElement() {
  const app = document.querySelector('adaptab-app');
  if (!app) throw new Error('The page has no <adaptab-app>.');
  return app;
}

async function openPage() {
  for (const load of parts) {
    await load();
    await breath();
  }
  const { views } = await import('./ui/app/views');
  const spoken = speak(preferredLanguage()).catch((error: unknown) => error); // every part has its words by now
  const { Workbench } = await import('./ui/bench/workbench');
  await breath();
  const bench = new Workbench(trainer, views);
  addEventListener('error', (event) => bench.unexpected(event.error ?? event.message));
  addEventListener('unhandledrejection', (event) => bench.unexpected(event.reason));

  const failure = await spoken; // without its words the page opens in English, and says why
  if (failure !== undefined) bench.languageFailed(failure);

  const app = appElement();
  void bench.open();
  app.bench = bench; // before the element is defined: its first frame is then the page
  await import('./ui/app/adaptab-app');
  const { keepFocus } = await import('./ui/app/focus_keeper');
  keepFocus(bench, () => app.renderRoot.querySelector('main'));
  void registerOffline();
  return bench;
}
