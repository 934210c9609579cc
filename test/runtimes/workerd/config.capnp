using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "suites", worker = .suites),
    (name = "internet", network = (allow = ["local"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suites")],
);

const suites :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "suites.js", esModule = embed "../../../build/workerd-suites.js"),
    (name = "core.wasm", wasm = embed "../../../dist/core.wasm"),
  ],
  compatibilityDate = "2026-11-17",
);
