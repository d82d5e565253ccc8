use crate::{
    report::{Cell, Table},
    subjects::{File, Kind, Subject},
};

/// What a page downloads, its HTML apart.
pub fn table(subjects: &[Subject]) -> Table {
    let columns = ["subject", "raw", "gzip -9", "of it wasm", "of it JS", "brotli 11", "to floor"];
    let mut table = Table::new("bytes", "Bytes that a page downloads, its HTML apart", &columns);
    let total = |subject: &Subject, size: fn(&File) -> u64| subject.files.iter().map(size).sum::<u64>();
    let of = |subject: &Subject, kind| {
        subject.files.iter().filter(|file| file.kind == kind).map(|file| file.gzip).sum::<u64>()
    };
    let floor = subjects.iter().find(|subject| subject.is_floor()).map(|floor| total(floor, |file| file.gzip) as f64);
    for subject in subjects {
        let gzip = total(subject, |file| file.gzip);
        table.row([
            Cell::text(&subject.name),
            Cell::Count(total(subject, |file| file.raw)),
            Cell::Count(gzip),
            Cell::Count(of(subject, Kind::Wasm)),
            Cell::Count(of(subject, Kind::Js)),
            Cell::Count(total(subject, |file| file.brotli)),
            floor.map_or(Cell::None, |floor| Cell::Ratio(gzip as f64 / floor)),
        ]);
    }
    table
}
