import type uPlot from 'uplot';
import type { Moment } from '../state/moments';

/** What is marked in a chart besides its curves; all places are steps and losses, all words are finished. */
export interface ChartMarks {
  /** Where stages begin. */
  readonly stages: readonly { readonly step: number; readonly label: string }[];
  readonly base: { readonly loss: number; readonly label: string } | null;
  readonly best: { readonly moment: Moment; readonly label: string } | null;
  /** The evaluation that is looked at. */
  readonly shown: Moment | null;
}

/** Colours of marks, as a canvas takes them. */
export type MarkColours = Readonly<Record<'stage' | 'base' | 'heldout' | 'ground', string>>;

const FONT = 'system-ui, sans-serif';

/** Draws what lies behind the curves: where stages begin, and a line through the evaluation that is looked at. */
export function drawBehind(plot: uPlot, { stages, shown }: ChartMarks, colours: MarkColours): void {
  const { ctx, bbox } = plot;
  const { devicePixelRatio: scale } = window;
  ctx.save();
  ctx.lineWidth = scale;
  ctx.font = `${11 * scale}px ${FONT}`;
  ctx.textBaseline = 'top';
  ctx.strokeStyle = colours.stage;
  ctx.fillStyle = colours.stage;
  for (const { step, label } of stages) {
    const x = Math.round(plot.valToPos(step, 'x', true));
    ctx.setLineDash([3 * scale, 3 * scale]);
    upright(plot, x);
    const fits = x + ctx.measureText(label).width + 8 * scale < bbox.left + bbox.width;
    ctx.textAlign = fits ? 'left' : 'right';
    ctx.fillText(label, x + (fits ? 4 : -4) * scale, bbox.top);
  }
  if (shown) {
    ctx.setLineDash([]);
    ctx.strokeStyle = colours.heldout;
    ctx.globalAlpha = 0.5;
    upright(plot, Math.round(plot.valToPos(shown.step, 'x', true)));
  }
  ctx.restore();
}

/** Draws what lies over the curves: a ring around the evaluation that is looked at, and the names of base and best. */
export function drawOver(plot: uPlot, { base, best, shown }: ChartMarks, colours: MarkColours): void {
  const { ctx, bbox } = plot;
  const { devicePixelRatio: scale } = window;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.font = `${12 * scale}px ${FONT}`;
  if (base) {
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    written(ctx, base.label, right - 4 * scale, plot.valToPos(base.loss, 'y', true) - 4 * scale, [
      colours.base,
      colours.ground,
    ]);
  }
  if (shown && shown.loss !== null) {
    ctx.lineWidth = 2 * scale;
    ctx.strokeStyle = colours.heldout;
    ctx.fillStyle = colours.ground;
    ctx.beginPath();
    ctx.arc(plot.valToPos(shown.step, 'x', true), plot.valToPos(shown.loss, 'y', true), 7 * scale, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  if (best && best.moment.loss !== null && best.moment.step > 0) {
    const [x, y] = [plot.valToPos(best.moment.step, 'x', true), plot.valToPos(best.moment.loss, 'y', true)];
    ctx.font = `600 ${12 * scale}px ${FONT}`;
    const width = ctx.measureText(best.label).width;
    ctx.textAlign = x + width / 2 > right ? 'right' : 'center';
    ctx.textBaseline = 'top';
    const below = y + 28 * scale < bbox.top + bbox.height;
    written(ctx, best.label, Math.min(x, right), below ? y + 11 * scale : y - 25 * scale, [
      colours.heldout,
      colours.ground,
    ]);
  }
  ctx.restore();
}

function upright({ ctx, bbox }: uPlot, x: number): void {
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
}

/** Words with an edge in the colour of the ground, so that curves do not run through them. */
function written(
  ctx: CanvasRenderingContext2D,
  words: string,
  x: number,
  y: number,
  [ink, ground]: readonly [string, string],
): void {
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4 * window.devicePixelRatio;
  ctx.strokeStyle = ground;
  ctx.strokeText(words, x, y);
  ctx.fillStyle = ink;
  ctx.fillText(words, x, y);
}
