//! A record that carries the event as its message: an element of filter-log-events, get-log-events and of a subscription
//! (`message`), a row of the console's JSON (`@message`), a row of get-query-results (a list of fields and values).

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What to do when a row has no message.
pub(super) const NO_MESSAGE: &str = "a query result without @message: let the query begin with `fields @timestamp, @message`";

/// The message of an object with `message` or `@message`.
pub(super) fn of_object(item: &[u8]) -> Result<Cow<'_, [u8]>, &'static str> {
    #[derive(Deserialize)]
    struct Object<'a> {
        #[serde(borrow, rename = "@message")]
        whole: Option<&'a RawValue>,
        #[serde(borrow)]
        message: Option<&'a RawValue>,
    }
    let object: Object = serde_json::from_slice(item).map_err(|_| "a log event that is not JSON")?;
    text(object.whole.or(object.message).ok_or(NO_MESSAGE)?)
}

/// The message of a list of fields and values.
pub(super) fn of_row(item: &[u8]) -> Result<Cow<'_, [u8]>, &'static str> {
    #[derive(Deserialize)]
    struct Cell<'a> {
        field: Cow<'a, str>,
        #[serde(borrow)]
        value: Option<&'a RawValue>,
    }
    let row: Vec<Cell> = serde_json::from_slice(item).map_err(|_| "neither an audit event nor a row of a query result")?;
    let message = row.into_iter().find(|cell| cell.field == "@message").and_then(|cell| cell.value);
    text(message.ok_or(NO_MESSAGE)?)
}

/// The event's text, be it there as an object or as text inside a string.
pub(super) fn text(message: &RawValue) -> Result<Cow<'_, [u8]>, &'static str> {
    if !message.get().starts_with('"') {
        return Ok(Cow::Borrowed(message.get().as_bytes()));
    }
    of_string(message.get().as_bytes())
}

/// The text inside a JSON string.
pub(super) fn of_string(item: &[u8]) -> Result<Cow<'_, [u8]>, &'static str> {
    let text: String = serde_json::from_slice(item).map_err(|_| "its message is not a JSON string")?;
    Ok(Cow::Owned(text.into_bytes()))
}
