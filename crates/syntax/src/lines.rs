//! Lines and columns of byte offsets.
//!
//! Invariant: lines end with LF (so CR LF too); columns count characters, not bytes.

use causeway_canonical::Position;

use crate::tree::narrow;

/// Starts of the lines, built once a tree is asked for the first position.
#[derive(Debug)]
pub(crate) struct LineIndex {
    starts: Vec<u32>,
    ascii: bool,
}

impl LineIndex {
    pub(crate) fn new(source: &str) -> LineIndex {
        let starts =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', source.as_bytes()).map(|at| narrow(at + 1))).collect();
        LineIndex { starts, ascii: source.is_ascii() }
    }

    /// Offsets past the end count as the end.
    pub(crate) fn position(&self, source: &str, offset: usize) -> Position {
        let offset = offset.min(source.len());
        let line = self.starts.partition_point(|&start| start as usize <= offset);
        let start = line.checked_sub(1).and_then(|last| self.starts.get(last)).map_or(0, |&start| start as usize);
        let column = if self.ascii { offset - start } else { characters(source.as_bytes(), start, offset) };
        Position { line: narrow(line), column: narrow(column + 1) }
    }
}

/// Position of one offset, for a source that has no tree.
pub(crate) fn position_in(source: &[u8], offset: usize) -> Position {
    let before = source.get(..offset).unwrap_or(source);
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    Position { line: narrow(line), column: narrow(characters(before, start, before.len()) + 1) }
}

/// Begins a line of readable output, indented by two blanks a level.
pub(crate) fn begin(out: &mut String, level: usize) {
    const BLANKS: &str = "\n                                                                ";
    match BLANKS.get(..1 + 2 * level) {
        Some(start) => out.push_str(start),
        None => {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", level));
        }
    }
}

/// Characters that start in the range: all bytes but continuation bytes.
fn characters(source: &[u8], from: usize, to: usize) -> usize {
    source.get(from..to).unwrap_or_default().iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_with_lf() {
        let source = "aé\r\n€x\n\nz";
        let index = LineIndex::new(source);
        for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (3, 1, 3), (5, 2, 1), (8, 2, 2), (10, 3, 1), (11, 4, 1)] {
            let expected = Position { line, column };
            assert_eq!(index.position(source, offset), expected, "offset {offset}");
            assert_eq!(position_in(source.as_bytes(), offset), expected, "offset {offset}");
        }
        assert_eq!(index.position(source, 99), Position { line: 4, column: 2 });
    }
}
