import { html, svg, type TemplateResult } from 'lit';

/** Line icons of 16 × 16, drawn for this page. They always stand beside a word or carry a label, so they are hidden from readers. */
const icon = (shape: TemplateResult): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;

export const icons = {
  chip: icon(
    svg`<rect x="4" y="4" width="8" height="8" rx="1.5"></rect><path d="M6.5 1.5v2.5M9.5 1.5v2.5M6.5 12v2.5M9.5 12v2.5M1.5 6.5h2.5M1.5 9.5h2.5M12 6.5h2.5M12 9.5h2.5"></path>`,
  ),
  online: icon(
    svg`<path d="M2 6.5a8.5 8.5 0 0 1 12 0M4.3 9a5.2 5.2 0 0 1 7.4 0"></path><circle cx="8" cy="12" r=".9" fill="currentColor" stroke="none"></circle>`,
  ),
  offline: icon(
    svg`<path d="M2 2l12 12M2 6.5a8.5 8.5 0 0 1 2.4-1.7M7.6 4a8.5 8.5 0 0 1 6.4 2.5M4.3 9a5.2 5.2 0 0 1 2.5-1.4"></path><circle cx="8" cy="12" r=".9" fill="currentColor" stroke="none"></circle>`,
  ),
  kept: icon(svg`<path d="M8 2v7M5 6.5L8 9.5l3-3M2.5 11v1.5a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V11"></path>`),
  system: icon(
    svg`<circle cx="8" cy="8" r="5.5"></circle><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" stroke="none"></path>`,
  ),
  light: icon(
    svg`<circle cx="8" cy="8" r="2.8"></circle><path d="M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1"></path>`,
  ),
  dark: icon(svg`<path d="M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z"></path>`),
  link: icon(
    svg`<path d="M7 9.5a2.5 2.5 0 0 0 3.6 0l2.2-2.2a2.5 2.5 0 0 0-3.6-3.6L8.4 4.5M9 6.5a2.5 2.5 0 0 0-3.6 0L3.2 8.7a2.5 2.5 0 0 0 3.6 3.6l.8-.8"></path>`,
  ),
  close: icon(svg`<path d="M4 4l8 8M12 4l-8 8"></path>`),
  play: icon(svg`<path d="M4.5 3v10l8-5z" fill="currentColor"></path>`),
  pause: icon(svg`<path d="M5.5 3v10M10.5 3v10" stroke-width="2.5"></path>`),
  stop: icon(svg`<rect x="3.5" y="3.5" width="9" height="9" rx="1" fill="currentColor"></rect>`),
  warn: icon(svg`<path d="M8 2L14.5 13.5H1.5z"></path><path d="M8 6.5v3M8 11.5v.1"></path>`),
  note: icon(svg`<circle cx="8" cy="8" r="5.5"></circle><path d="M8 7.5v3.5M8 5v.1"></path>`),
  mixed: icon(
    svg`<circle cx="8" cy="8" r="5"></circle><path d="M8 3v10a5 5 0 0 0 0-10z" fill="currentColor" stroke="none"></path>`,
  ),
  twist: html`<svg class="icon twist" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true"><path d="M6 4l4 4-4 4"></path></svg>`,
  check: icon(svg`<path d="M3 8.5l3.5 3.5L13 4.5"></path>`),
  no: icon(svg`<circle cx="8" cy="8" r="5.5"></circle><path d="M4.2 4.2l7.6 7.6"></path>`),
  frozen: icon(
    svg`<path d="M8 1.5v13M2.4 4.8l11.2 6.4M13.6 4.8L2.4 11.2M6.5 2.5L8 4l1.5-1.5M6.5 13.5L8 12l1.5 1.5"></path>`,
  ),
  trainable: icon(
    svg`<path d="M8 1.5c.5 2.5 4 4 4 7.5a4 4 0 0 1-8 0c0-1.5.8-2.5 1.5-3.2.2 1 .7 1.5 1.3 1.7C6.5 5.5 7 3 8 1.5z"></path>`,
  ),
} as const;
