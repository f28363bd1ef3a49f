//! When: durations and instants as people write them, to a [`Window`]. The clock and the zone are passed in.

use super::Failure;
use crate::source::timespan::Window;
use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};

/// The zone of times that are written without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The machine's.
    System,
    /// A given one; for tests.
    Fixed(FixedOffset),
}

impl Zone {
    /// The instant at which clocks of this zone show `wall`; `None` where a clock change skips it. Shown twice, the
    /// earlier one counts, so that a window that starts there misses nothing.
    fn instant(self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            Zone::System => Local.from_local_datetime(&wall).earliest().map(|time| time.to_utc()),
            Zone::Fixed(offset) => offset.from_local_datetime(&wall).earliest().map(|time| time.to_utc()),
        }
    }

    fn wall(self, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self {
            Zone::System => instant.with_timezone(&Local).fixed_offset(),
            Zone::Fixed(offset) => instant.with_timezone(&offset),
        }
    }

    /// `2026-11-23 03:24:13 UTC`, and the wall clock behind it where that differs: `(04:24:13 +01:00)`.
    pub fn show(self, instant: DateTime<Utc>) -> String {
        let utc = instant.format("%F %T UTC");
        let wall = self.wall(instant);
        match wall.offset().local_minus_utc() {
            0 => utc.to_string(),
            _ if wall.date_naive() == instant.date_naive() => format!("{utc} ({})", wall.format("%T %:z")),
            _ => format!("{utc} ({})", wall.format("%F %T %:z")),
        }
    }
}

/// The window that `--since`, `--start` and `--end` mean at the instant `now`. Without any of them: the last hour.
/// `--since` counts back from `--end`, or from now.
///
/// # Errors
/// A usage failure for words that are no time, a start that is not before the end, and a start in the future.
pub fn window(since: Option<&str>, start: Option<&str>, end: Option<&str>, now: DateTime<Utc>, zone: Zone) -> Result<Window, Failure> {
    let end = end.map_or(Ok(now), |text| instant("--end", text, now, zone))?;
    let start = match (start, since) {
        (Some(text), _) => instant("--start", text, now, zone)?,
        (None, since) => before("--since", since.unwrap_or("1h"), end)?,
    };
    if start > now {
        return Err(Failure::usage(format!("the window starts in the future, at {}: nothing is logged yet", zone.show(start))));
    }
    if start >= end {
        return Err(Failure::usage(format!("--start ({}) must be before --end ({})", zone.show(start), zone.show(end))));
    }
    Ok(Window { start, end: end.min(now) })
}

/// A duration: numbers with a unit each, `90s`, `15m`, `1h30m`, `2d`, `1w`. `None` for anything else, and for nothing at all.
pub fn duration(text: &str) -> Option<TimeDelta> {
    let mut rest = text;
    let mut seconds: i64 = 0;
    while !rest.is_empty() {
        let unit = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..unit].parse().ok()?;
        let length = match rest.as_bytes()[unit] {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            b'd' => 86_400,
            b'w' => 604_800,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(length)?)?;
        rest = &rest[unit + 1..];
    }
    (seconds > 0).then(|| TimeDelta::try_seconds(seconds)).flatten()
}

/// An instant: RFC 3339, a date or a date with a time (of the zone), `now`, or a duration back from now (`2h`, `-2h`, `2h ago`).
fn instant(flag: &str, text: &str, now: DateTime<Utc>, zone: Zone) -> Result<DateTime<Utc>, Failure> {
    let text = text.trim();
    if text == "now" {
        return Ok(now);
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    if let Some(wall) = wall_clock(text) {
        return zone.instant(wall).ok_or_else(|| {
            Failure::usage(format!("{flag}: a clock change skips this local time. Write it in UTC, for example 2026-11-23T03:00:00Z"))
        });
    }
    let back = text.strip_suffix("ago").or_else(|| text.strip_prefix('-')).unwrap_or(text);
    before(flag, back.trim(), now)
}

fn wall_clock(text: &str) -> Option<NaiveDateTime> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Some(date.and_time(NaiveTime::MIN));
    }
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

fn before(flag: &str, text: &str, end: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    duration(text).and_then(|back| end.checked_sub_signed(back)).filter(|start| start.timestamp() >= 0).ok_or_else(|| {
        let forms = match flag {
            "--since" => "a duration such as 90s, 15m, 1h30m, 2d or 1w",
            _ => "RFC 3339 (2026-11-23T03:00:00Z), a date (2026-11-23), a local time (2026-11-23 04:00) or a duration ago (2h)",
        };
        Failure::usage(format!("{flag} is not understood: give {forms}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: &str = "2026-11-23T12:00:00Z";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a literal time")
    }

    fn vienna() -> Zone {
        Zone::Fixed(FixedOffset::east_opt(3600).expect("a literal offset"))
    }

    fn meant(since: Option<&str>, start: Option<&str>, end: Option<&str>) -> Result<(String, String), String> {
        let show = |time: DateTime<Utc>| time.format("%FT%TZ").to_string();
        window(since, start, end, at(NOW), vienna()).map(|window| (show(window.start), show(window.end))).map_err(|failure| failure.message)
    }

    #[test]
    fn the_default_is_the_last_hour() {
        assert_eq!(meant(None, None, None), Ok(("2026-11-23T11:00:00Z".into(), NOW.into())));
    }

    #[test]
    fn durations_add_up() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("1h30m", 5400), ("2d", 172_800), ("1w", 604_800), ("1w2d3h4m5s", 788_645)] {
            assert_eq!(duration(text), Some(TimeDelta::seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in
            ["", "0s", "15", "m", "1y", "1h30", "-1h", "1.5h", "1 h", "99999999999999999999s", "9223372036854775807w", "１h", "1h\n"]
        {
            assert_eq!(duration(text), None, "{text:?}");
        }
    }

    #[test]
    fn instants_are_understood_in_all_their_forms() {
        for (text, expected) in [
            ("2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z"),
            ("2026-11-23T03:00:00.5+02:00", "2026-11-23T01:00:00Z"),
            ("2026-11-23", "2026-11-22T23:00:00Z"),
            ("2026-11-23 04:00", "2026-11-23T03:00:00Z"),
            ("2026-11-23T04:00:10", "2026-11-23T03:00:10Z"),
            ("2h", "2026-11-23T10:00:00Z"),
            ("-2h", "2026-11-23T10:00:00Z"),
            ("2h ago", "2026-11-23T10:00:00Z"),
        ] {
            assert_eq!(meant(None, Some(text), None), Ok((expected.into(), NOW.into())), "{text}");
        }
    }

    #[test]
    fn since_counts_back_from_the_end() {
        assert_eq!(
            meant(Some("30m"), None, Some("2026-11-23T03:00:00Z")),
            Ok(("2026-11-23T02:30:00Z".into(), "2026-11-23T03:00:00Z".into()))
        );
    }

    #[test]
    fn an_end_in_the_future_is_now() {
        assert_eq!(meant(None, Some("1h"), Some("2027-01-01")), Ok(("2026-11-23T11:00:00Z".into(), NOW.into())));
    }

    #[test]
    fn impossible_windows_say_why() {
        insta::assert_snapshot!([
            meant(None, Some("1h"), Some("2h")),
            meant(None, Some("2026-12-01"), None),
            meant(None, Some("now"), None),
            meant(Some("an hour"), None, None),
            meant(None, Some("yesterday"), None),
            meant(Some("3000w"), None, None),
        ].map(|meant| meant.expect_err("no window")).join("\n"), @r#"
        --start (2026-11-23 11:00:00 UTC (12:00:00 +01:00)) must be before --end (2026-11-23 10:00:00 UTC (11:00:00 +01:00))
        the window starts in the future, at 2026-11-30 23:00:00 UTC (2026-12-01 00:00:00 +01:00): nothing is logged yet
        --start (2026-11-23 12:00:00 UTC (13:00:00 +01:00)) must be before --end (2026-11-23 12:00:00 UTC (13:00:00 +01:00))
        --since is not understood: give a duration such as 90s, 15m, 1h30m, 2d or 1w
        --start is not understood: give RFC 3339 (2026-11-23T03:00:00Z), a date (2026-11-23), a local time (2026-11-23 04:00) or a duration ago (2h)
        --since is not understood: give a duration such as 90s, 15m, 1h30m, 2d or 1w
        "#);
    }

    #[test]
    fn the_wall_clock_stands_behind_utc() {
        assert_eq!(vienna().show(at("2026-11-23T03:24:13Z")), "2026-11-23 03:24:13 UTC (04:24:13 +01:00)");
        assert_eq!(vienna().show(at("2026-11-23T23:30:00Z")), "2026-11-23 23:30:00 UTC (2026-11-24 00:30:00 +01:00)");
        assert_eq!(Zone::Fixed(FixedOffset::east_opt(0).expect("utc")).show(at(NOW)), "2026-11-23 12:00:00 UTC");
    }

    proptest! {
        #[test]
        fn no_words_panic(text in "\\PC*") {
            let _ = duration(&text);
            let _ = window(Some(&text), None, Some(&text), at(NOW), vienna());
            let _ = window(None, Some(&text), None, at(NOW), vienna());
        }
    }
}
