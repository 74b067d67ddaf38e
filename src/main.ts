import { finishUpdate, registerOffline } from './pwa/register';
import './ui/app/adaptab-app';
import { views } from './ui/app/views';
import { Workbench } from './ui/bench/workbench';
import { applyTheme, rememberedTheme } from './ui/parts/theme';
import { preferredLanguage, speak } from './ui/words/language';
import { strings } from './ui/words/strings';
import { connect } from './worker/connect';

applyTheme(rememberedTheme());
await finishUpdate();
const spoken = speak(preferredLanguage());
const trainer = connect((message) => bench.trainerFailed(message));
const bench = new Workbench(trainer, views);
addEventListener('error', (event) => bench.unexpected(event.error ?? event.message));
addEventListener('unhandledrejection', (event) => bench.unexpected(event.reason));

// Without its words the page opens in English, and says why.
await spoken.catch((error) => bench.languageFailed(error));

const app = document.querySelector('adaptab-app');
if (!app) throw new Error(`${strings.product}: the page has no <adaptab-app>`);
app.bench = bench;
void bench.open();
void registerOffline();
