import { expose } from 'comlink';
import type { TrainerApi } from './api';
import { createTrainer } from './trainer';

const trainer: TrainerApi = createTrainer();
expose(trainer);
