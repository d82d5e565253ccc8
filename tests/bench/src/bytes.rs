use crate::{
    report::{Cell, Table},
    subjects::{File, Group, Kind, Subject},
};

/// What a page downloads, its HTML apart.
pub fn table(subjects: &[Subject]) -> Table {
    let columns = ["subject", "raw", "gzip -9", "of it wasm", "of it JS", "brotli 11", "to floor"];
    let mut table = Table::new("bytes", "Bytes that a page downloads, its HTML apart", &columns);
    let total = |subject: &Subject, size: fn(&File) -> u64| subject.files.iter().map(size).sum::<u64>();
    let floor = subjects.iter().find(|subject| subject.is_floor()).map(|floor| total(floor, |file| file.gzip) as f64);
    for subject in subjects.iter().filter(|subject| subject.group != Group::Pages) {
        let gzip = total(subject, |file| file.gzip);
        let scripts = subject.files.iter().filter(|file| file.kind == Kind::Js).map(|file| file.gzip).sum();
        let script = subject.script.unwrap_or(scripts);
        table.row([
            Cell::text(&subject.name),
            Cell::Count(total(subject, |file| file.raw)),
            Cell::Count(gzip),
            Cell::Count(gzip - script),
            Cell::Count(script),
            Cell::Count(total(subject, |file| file.brotli)),
            floor.map_or(Cell::None, |floor| Cell::Ratio(gzip as f64 / floor)),
        ]);
    }
    table
}
