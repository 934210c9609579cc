export default {
  test: {
    // As a page, happy-dom would have the test's server allow its origin.
    environmentOptions: { happyDOM: { settings: { fetch: { disableSameOriginPolicy: true } } } },
  },
};
