//! What stands before the event on each line of an S3 export (`2026-11-23T02:59:04.906Z {…}`, or milliseconds) and of
//! `aws logs tail` (time and stream, in colours if they were forced; on a line of its own with `--format json`).

/// No stamp is longer: a time, the name of a log stream (at most 512 characters,
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html>), colours.
pub(super) const LONGEST: usize = 1024;

/// Where the message begins on a stamped line, or `None` if no time stands at the beginning.
pub(super) fn message(line: &[u8]) -> Option<usize> {
    let mut rest = Rest(&line[..line.len().min(LONGEST)]);
    rest.blanks();
    rest.time()?;
    rest.blanks();
    if !matches!(rest.0.first(), None | Some(b'{' | b'\n' | b'\r')) {
        let name = rest.0.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'\x1b').unwrap_or(rest.0.len());
        rest.0 = &rest.0[name..];
        rest.blanks();
    }
    Some(line.len().min(LONGEST) - rest.0.len())
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Passes spaces, and colours: `ESC [ … letter`.
    fn blanks(&mut self) {
        loop {
            self.0 = match self.0 {
                [b' ' | b'\t', rest @ ..] => rest,
                [b'\x1b', b'[', code @ ..] => {
                    let end = code.iter().position(u8::is_ascii_alphabetic).map_or(code.len(), |letter| letter + 1);
                    &code[end..]
                }
                _ => return,
            }
        }
    }

    /// Passes milliseconds since 1970, or a date and a time with whatever precision and zone.
    fn time(&mut self) -> Option<()> {
        let end = self.0.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b':' | b'.' | b'+' | b'T' | b'Z'));
        let word = &self.0[..end.unwrap_or(self.0.len())];
        let is_date = word.len() >= 19 && word[4] == b'-' && word[7] == b'-' && word[10] == b'T' && word[13] == b':';
        let is_milliseconds = word.len() == 13 && word.iter().all(u8::is_ascii_digit);
        if !is_date && !is_milliseconds {
            return None;
        }
        self.0 = &self.0[word.len()..];
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn the_message_begins_after_time_and_stream() {
        let lines = [
            "2026-11-23T02:59:04.906Z {}",
            "1795402744906 {}",
            "2026-11-23T02:59:04.906000+00:00 kube-apiserver-audit-abc {}",
            "2026-11-23T02:59:04 {}",
            "\x1b[32m2026-11-23T02:59:04.906000+00:00\x1b[0m \x1b[36mkube-apiserver-audit-abc\x1b[0m {}",
        ];
        assert_eq!(lines.map(|line| &line[message(line.as_bytes()).unwrap()..]), ["{}"; 5]);
        assert_eq!(message(b"2026-11-23T02:59:04Z stream\n{"), Some(27));
        assert_eq!(message(b"12 drummers"), None);
        assert_eq!(message(b"{\"kind\":\"Event\"}"), None);
    }
}
