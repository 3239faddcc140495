//! Columns of text.

use std::fmt;

/// Writes `rows` below `head`, each column as wide as its widest text.
pub(crate) fn write(f: &mut fmt::Formatter<'_>, head: &[&str], rows: &[Vec<String>]) -> fmt::Result {
    let width = |column: usize| {
        let texts = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        texts.chain(head.get(column).copied()).map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let head: Vec<String> = head.iter().map(|&text| text.to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::new();
        for (text, &width) in row.iter().zip(&widths) {
            line.push_str(&format!("{text:width$}  "));
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}
