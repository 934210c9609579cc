using Workerd = import "/workerd/workerd.capnp";

# One for each date that the suites run with; `workerd serve` is given the name.
const today :Workerd.Config = (services = [(name = "suites", worker = .suitesToday), .internet], sockets = [.http]);
const d20240923 :Workerd.Config = (services = [(name = "suites", worker = .suites20240923), .internet], sockets = [.http]);
const d20230301 :Workerd.Config = (services = [(name = "suites", worker = .suites20230301), .internet], sockets = [.http]);

const suitesToday :Workerd.Worker = (modules = .modules, compatibilityDate = "2026-11-17");
const suites20240923 :Workerd.Worker = (modules = .modules, compatibilityDate = "2024-09-23");
const suites20230301 :Workerd.Worker = (modules = .modules, compatibilityDate = "2023-03-01");

const modules :List(Workerd.Worker.Module) = [
  (name = "worker.js", esModule = embed "worker.js"),
  (name = "suites.js", esModule = embed "../../../build/workerd-suites.js"),
  (name = "core.wasm", wasm = embed "../../../dist/core.wasm"),
];

const internet :Workerd.Service =
  (name = "internet", network = (allow = ["local"], tlsOptions = (trustBrowserCas = true)));

const http :Workerd.Socket = (name = "http", address = "127.0.0.1:0", http = (), service = "suites");
