//! Where a change happened: readable for people, an RFC 6901 pointer for programs.

use serde::Serializer;
use std::fmt;

/// One stretch of the way from an object's root to a place in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A member of an object.
    Field(String),
    /// An item of a keyed list: the key's fields and values (a list of words has one nameless field), and which of
    /// several items with this key, counted from 1.
    Item {
        /// Field names and values.
        key: Vec<(String, String)>,
        /// 1 unless the key is repeated.
        nth: usize,
    },
    /// An item of a list without keys.
    Index(usize),
}

/// The way from an object's root to a place in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path(pub Vec<Segment>);

impl fmt::Display for Path {
    /// `spec.containers[name=aws-cli].env[name=AWS_ROLE_ARN]`; member names that are no words are quoted:
    /// `metadata.annotations["kubernetes.io/limit-ranger"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Field(name) if is_word(name) => write!(f, "{}{name}", if at == 0 { "" } else { "." })?,
                Segment::Field(name) => write!(f, "[{}]", serde_json::Value::from(name.as_str()))?,
                other => write!(f, "[{}]", other.label())?,
            }
        }
        Ok(())
    }
}

impl Segment {
    /// The segment in words, without brackets: `name=aws-cli`, `SYS_PTRACE`, `3`.
    pub fn label(&self) -> String {
        match self {
            Segment::Field(name) => name.clone(),
            Segment::Index(index) => index.to_string(),
            Segment::Item { key, nth } => {
                let key: Vec<String> =
                    key.iter().map(|(field, value)| if field.is_empty() { value.clone() } else { format!("{field}={value}") }).collect();
                let nth = if *nth > 1 { format!("#{nth}") } else { String::new() };
                format!("{}{nth}", key.join(","))
            }
        }
    }

    /// Only the key's values: `aws-cli`, `80/TCP`.
    pub fn short_label(&self) -> String {
        match self {
            Segment::Item { key, nth } => {
                let values: Vec<&str> = key.iter().map(|(_, value)| value.as_str()).collect();
                let nth = if *nth > 1 { format!("#{nth}") } else { String::new() };
                format!("{}{nth}", values.join("/"))
            }
            other => other.label(),
        }
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Appends one token to an RFC 6901 pointer.
pub fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// Splits an RFC 6901 pointer into its unescaped tokens.
pub fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(path)
}
