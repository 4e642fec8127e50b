/** What every origin is told of who asks, and for what. */
export const originHeaders = { "user-agent": "Freshet/0.1", accept: "image/*,*/*;q=0.1" } as const;
