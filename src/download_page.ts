import { connect } from './download/connect';
import { DownloadDesk } from './ui/download/download_desk';
import { words } from './ui/download/words';
import { applyTheme, rememberedTheme } from './ui/parts/theme';
import { preferredLanguage, speak } from './ui/words/language';

/* download.html: fetches models that a person names. What may ask other origins is a frame without an origin; see tools/policy.mjs. */

applyTheme(rememberedTheme());
const desk: DownloadDesk = new DownloadDesk(connect((message) => desk.threadFailed(message)));
const page = document.querySelector('download-page');
if (!page) throw new Error('download.html has no <download-page>.');
page.desk = desk; // before the element is defined: its first frame is then the page
await speak(preferredLanguage()).catch((error: unknown) => desk.languageFailed(error));
await import('./ui/download/download-page');
document.title = `Adaptab: ${words.title}`;
await desk.refresh();
