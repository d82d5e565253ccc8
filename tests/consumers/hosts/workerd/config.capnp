using Workerd = import "/workerd/workerd.capnp";

# The fetch of the old date rejects the setting `cache`.
const old :Workerd.Config = (services = [(name = "worker", worker = .oldWorker), .internet], sockets = [.http]);
const new :Workerd.Config = (services = [(name = "worker", worker = .newWorker), .internet], sockets = [.http]);

const oldWorker :Workerd.Worker = (compatibilityDate = "2024-09-01", modules = .modules, bindings = .bindings);
const newWorker :Workerd.Worker = (compatibilityDate = "2026-06-01", modules = .modules, bindings = .bindings);

const modules :List(Workerd.Worker.Module) = [
  (name = "worker.js", esModule = embed "dist/worker.js"),
  (name = "incode_core.wasm", wasm = embed "dist/incode_core.wasm"),
];
const bindings :List(Workerd.Worker.Binding) = [
  (name = "INCODE_API_URL", fromEnvironment = "INCODE_API_URL"),
  (name = "INCODE_API_KEY", fromEnvironment = "INCODE_API_KEY"),
];
const internet :Workerd.Service = (name = "internet", network = (allow = ["public", "private"]));
const http :Workerd.Socket = (name = "http", address = "127.0.0.1:0", http = (), service = "worker");
