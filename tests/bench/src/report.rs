use std::{fs, thread, time::SystemTime};

use comfy_table::{CellAlignment, presets::ASCII_MARKDOWN};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::quartiles::Quartiles;

/// All measures of one run. Each table is printed as soon as it is complete.
#[derive(Serialize)]
pub struct Report {
    date: String,
    machine: String,
    quick: bool,
    tables: Vec<Table>,
}

/// One measure.
#[derive(Serialize)]
pub struct Table {
    name: &'static str,
    title: String,
    #[serde(skip)]
    columns: Vec<&'static str>,
    rows: Vec<Row>,
}

struct Row(Vec<(&'static str, Cell)>);

/// One figure: exact in JSON, rounded in the printed table.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Cell {
    Text(String),
    Count(u64),
    Ms(f64),
    Ratio(f64),
    Percent(f64),
    None,
}

impl Report {
    pub fn new(quick: bool) -> Self {
        let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let report = Self { date, machine: machine(), quick, tables: vec![] };
        println!("{}, {}", report.date, report.machine);
        if quick {
            println!("Quick: too few runs to quote any figure except the bytes.");
        }
        report
    }

    pub fn add(&mut self, table: Table) {
        if !table.rows.is_empty() {
            table.print();
            self.tables.push(table);
        }
    }

    /// Returns the figure in the last row that starts with `keys`, as they are printed.
    pub fn figure(&self, table: &str, keys: &[&str], column: &str) -> Option<f64> {
        let table = self.tables.iter().find(|known| known.name == table)?;
        let matches = |Row(cells): &&Row| keys.iter().zip(cells).all(|(key, (_, cell))| *key == cell.shown());
        let Row(cells) = table.rows.iter().rfind(matches)?;
        cells.iter().find(|(name, _)| *name == column)?.1.number()
    }
}

impl Table {
    pub fn new(name: &'static str, title: impl Into<String>, columns: &[&'static str]) -> Self {
        Self { name, title: title.into(), columns: columns.to_vec(), rows: vec![] }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(Row(self.columns.iter().copied().zip(cells).collect()));
    }

    fn print(&self) {
        let mut table = comfy_table::Table::new();
        table.load_preset(ASCII_MARKDOWN).set_header(&self.columns);
        for Row(cells) in &self.rows {
            table.add_row(cells.iter().map(|(_, cell)| cell.shown()));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        println!("\n{}\n\n{table}", self.title);
    }
}

impl Cell {
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub fn count(number: usize) -> Self {
        Self::Count(number as u64)
    }

    /// Returns cells of the median, the lower and the upper quartile.
    pub fn quartiles(Quartiles { lower, median, upper }: Quartiles) -> [Self; 3] {
        [Self::Ms(median), Self::Ms(lower), Self::Ms(upper)]
    }

    /// Returns a cell of a whole number or a ratio.
    pub fn figure(number: f64) -> Self {
        if number.fract() == 0.0 && number >= 0.0 { Self::Count(number as u64) } else { Self::Ratio(number) }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Count(number) => Some(*number as f64),
            Self::Ms(number) | Self::Ratio(number) | Self::Percent(number) => Some(*number),
            Self::Text(_) | Self::None => None,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(number) => grouped(*number),
            Self::Ms(ms) if *ms < 10.0 => format!("{ms:.3}"),
            Self::Ms(ms) => format!("{ms:.0}"),
            Self::Ratio(ratio) => format!("{ratio:.2}"),
            Self::Percent(percent) => format!("{percent:+.1} %"),
            Self::None => "–".to_owned(),
        }
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, cell) in &self.0 {
            map.serialize_entry(column, cell)?;
        }
        map.end()
    }
}

fn grouped(number: u64) -> String {
    match number / 1000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", grouped(thousands), number % 1000),
    }
}

fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    format!("{cores} cores of {}", model.trim_start_matches(['\t', ' ', ':']))
}
