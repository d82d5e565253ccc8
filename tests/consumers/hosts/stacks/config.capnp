using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (services = [(name = "worker", worker = .worker), .internet], sockets = [.http]);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-06-01",
  modules = [
    (name = "worker.js", esModule = embed "dist/worker.js"),
    (name = "node_modules/incode-core/dist/incode_core.wasm", wasm = embed "dist/node_modules/incode-core/dist/incode_core.wasm"),
    (name = "panicking/incode_core.wasm", wasm = embed "dist/panicking/incode_core.wasm"),
  ],
  bindings = [
    (name = "INCODE_API_URL", fromEnvironment = "INCODE_API_URL"),
    (name = "INCODE_API_KEY", fromEnvironment = "INCODE_API_KEY"),
  ],
);
const internet :Workerd.Service = (name = "internet", network = (allow = ["public", "private"]));
const http :Workerd.Socket = (name = "http", address = "127.0.0.1:0", http = (), service = "worker");
