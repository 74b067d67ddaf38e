/** openpi's projections of state, actions and time, beside the last expert; C is its width. */
import { type DenseRows, dense, type ModelKind, type Rows } from './row';

const projection = (name: string, axes: Parameters<typeof dense>[1], only?: ModelKind): DenseRows =>
  dense(name, axes, { stacked: false, ...(only ? { only } : {}) });

export const ACTION_PROJECTIONS = {
  state: projection('state_proj', { I: ['A'], O: ['C'] }, 'π0'),
  actionIn: projection('action_in_proj', { I: ['A'], O: ['C'] }),
  actionTimeIn: projection('action_time_mlp_in', { I: ['2C'], O: ['C'] }, 'π0'),
  actionTimeOut: projection('action_time_mlp_out', { I: ['C'], O: ['C'] }, 'π0'),
  actionOut: projection('action_out_proj', { I: ['C'], O: ['A'] }),
  timeIn: projection('time_mlp_in', { I: ['C'], O: ['C'] }, 'π0.5'),
  timeOut: projection('time_mlp_out', { I: ['C'], O: ['C'] }, 'π0.5'),
} as const satisfies Rows;
