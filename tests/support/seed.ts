/**
 * What random tests start from: the same in every run, so that a failure is due to the change. `FLAGON_SEED` sets another;
 * the soak takes a new one each time.
 */
export const DEFAULT_SEED = 20_261_120
