/** Part of every variant's key. Raise it when the same plan makes different bytes than before. */
export const pipelineVersion = 8;
