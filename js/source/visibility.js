// `pauseWhenHidden`: no request while the page is hidden.
// @ts-check

/** @type {import('./hooks.d.ts').Extension} */
export const visibility = {
  join(init, connection) {
    const { document } = globalThis;
    if (!init.pauseWhenHidden || !document) return undefined;
    const follow = () => {
      if (document.visibilityState === 'hidden') connection.load().pause();
      else connection.load().resume();
      connection.perform();
    };
    /** @type {import('./hooks.d.ts').Hooks} */
    const hooks = {
      started() {
        document.addEventListener('visibilitychange', follow);
        hooks.closed = () => document.removeEventListener('visibilitychange', follow);
        if (document.visibilityState === 'hidden') connection.load().pause();
      },
    };
    return hooks;
  },
};
