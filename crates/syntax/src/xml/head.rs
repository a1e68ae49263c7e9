//! The beginning of a document, before it is parsed.

/// What stands between `<` and `>` of the first start tag, given the beginning of a document; empty if it is not there.
/// Declaration, comments and instructions before it are passed over. For telling formats apart; nothing is checked.
pub fn root_tag(head: &str) -> &str {
    let mut rest = head.trim_start_matches('\u{FEFF}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(end) else { return "" };
        rest = after.trim_start();
    }
    let Some(tag) = rest.strip_prefix('<') else { return "" };
    tag.split_once('>').map_or(tag, |(tag, _)| tag)
}

#[cfg(test)]
mod tests {
    use super::root_tag;

    #[test]
    fn declaration_comments_and_byte_order_mark_are_passed_over() {
        let head = "\u{feff}<?xml version=\"1.0\"?>\n<!-- <no> -->\n<?style x?><a b=\"c\">text</a>";
        assert_eq!(root_tag(head), "a b=\"c\"");
        assert_eq!(root_tag("<a b=\"c\""), "a b=\"c\"");
        assert_eq!(root_tag("<!-- without end"), "");
        assert_eq!(root_tag("{}"), "");
    }
}
