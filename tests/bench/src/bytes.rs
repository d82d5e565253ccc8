use crate::{
    clients::{Client, File, Group, Kind},
    report::{Cell, Table},
};

/// Measures what a page downloads, except its HTML.
pub fn table(clients: &[Client]) -> Table {
    let columns = ["client", "raw", "gzip -9", "wasm", "JS", "brotli 11", "vs. baseline"];
    let mut table = Table::new("bytes", "Bytes that a page downloads, except its HTML", &columns);
    let total = |client: &Client, size: fn(&File) -> u64| client.files.iter().map(size).sum::<u64>();
    let baseline =
        clients.iter().find(|client| client.is_baseline()).map(|baseline| total(baseline, |file| file.gzip) as f64);
    for client in clients.iter().filter(|client| client.group != Group::Pages) {
        let gzip = total(client, |file| file.gzip);
        let scripts = client.files.iter().filter(|file| file.kind == Kind::Js).map(|file| file.gzip).sum();
        let script = client.script.unwrap_or(scripts);
        table.row([
            Cell::text(&client.name),
            Cell::Count(total(client, |file| file.raw)),
            Cell::Count(gzip),
            Cell::Count(gzip - script),
            Cell::Count(script),
            Cell::Count(total(client, |file| file.brotli)),
            baseline.map_or(Cell::None, |baseline| Cell::Ratio(gzip as f64 / baseline)),
        ]);
    }
    table
}
