//! Quantities in the canonical form in which the API server writes them.
//!
//! `0.5` becomes `500m`, `1024Mi` becomes `1Gi`; resource lists are rounded up to thousandths. After
//! <https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go>.

use serde_json::Value;

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Decimal,
    Binary,
    Exponent,
}

/// The smallest step that is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 10⁻⁹: a quantity anywhere.
    Nano,
    /// 10⁻³: a quantity in a resource list, after defaulting.
    Milli,
}

/// An exact amount: `mantissa` × 10^`scale`, or × 1 for binary amounts that are whole.
struct Amount {
    mantissa: i128,
    scale: i32,
    format: Format,
}

/// The canonical text of a quantity given as text or as a number; `None` if it is no quantity (or has over 30 digits).
pub fn canonical(value: &Value, precision: Precision) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(write(round_up(parse(text.trim())?, precision)))
}

/// A quantity as a number of thousandths, rounded up: enough to add quantities.
pub fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> Option<String> {
    let mut total: Option<Amount> = None;
    for value in values {
        let amount = parse(value.as_str()?)?;
        total = Some(match total {
            None => amount,
            Some(total) => add(total, amount)?,
        });
    }
    total.map(write)
}

/// Whether the first quantity is larger.
pub fn greater(a: &Value, b: &Value) -> bool {
    let (Some(a), Some(b)) = (a.as_str().and_then(parse), b.as_str().and_then(parse)) else { return false };
    let scale = a.scale.min(b.scale);
    at_scale(&a, scale) > at_scale(&b, scale)
}

fn at_scale(amount: &Amount, scale: i32) -> Option<i128> {
    amount.mantissa.checked_mul(10i128.checked_pow((amount.scale - scale) as u32)?)
}

fn add(a: Amount, b: Amount) -> Option<Amount> {
    let scale = a.scale.min(b.scale);
    Some(Amount { mantissa: at_scale(&a, scale)?.checked_add(at_scale(&b, scale)?)?, scale, format: a.format })
}

fn parse(text: &str) -> Option<Amount> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, suffix) = rest.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() > 30 || (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let mut amount = Amount { mantissa: if negative { -digits } else { digits }, scale: -(fraction.len() as i32), format: Format::Decimal };
    match suffix {
        "n" => amount.scale -= 9,
        "u" => amount.scale -= 6,
        "m" => amount.scale -= 3,
        "" => {}
        "k" => amount.scale += 3,
        "M" => amount.scale += 6,
        "G" => amount.scale += 9,
        "T" => amount.scale += 12,
        "P" => amount.scale += 15,
        "E" => amount.scale += 18,
        "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei" => {
            let power = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].iter().position(|s| *s == suffix)? as u32 + 1;
            amount.mantissa = amount.mantissa.checked_mul(1024i128.checked_pow(power)?)?;
            amount.format = Format::Binary;
        }
        _ => {
            amount.scale += suffix.strip_prefix(['e', 'E'])?.parse::<i32>().ok().filter(|e| e.abs() <= 18)?;
            amount.format = Format::Exponent;
        }
    }
    Some(amount)
}

fn round_up(mut amount: Amount, precision: Precision) -> Amount {
    let floor = if precision == Precision::Milli { -3 } else { -9 };
    while amount.scale < floor {
        let (quotient, rest) = (amount.mantissa / 10, amount.mantissa % 10);
        // Away from zero for what is positive, as the library rounds.
        amount.mantissa = quotient + i128::from(rest > 0);
        amount.scale += 1;
    }
    amount
}

fn write(mut amount: Amount) -> String {
    if amount.mantissa == 0 {
        return "0".into();
    }
    while amount.mantissa % 10 == 0 {
        amount.mantissa /= 10;
        amount.scale += 1;
    }
    if amount.format == Format::Binary {
        if let Some(text) = binary(&amount) {
            return text;
        }
        amount.format = Format::Decimal;
    }
    let extra = amount.scale.rem_euclid(3);
    let number = amount.mantissa * 10i128.pow(extra as u32);
    let exponent = amount.scale - extra;
    if amount.format == Format::Exponent {
        return if exponent == 0 { number.to_string() } else { format!("{number}e{exponent}") };
    }
    let suffix = match exponent {
        -9 => "n",
        -6 => "u",
        -3 => "m",
        0 => "",
        3 => "k",
        6 => "M",
        9 => "G",
        12 => "T",
        15 => "P",
        18 => "E",
        _ => return format!("{number}e{exponent}"),
    };
    format!("{number}{suffix}")
}

/// Whole amounts of 1024 and more, with the factors of 1024 taken out.
fn binary(amount: &Amount) -> Option<String> {
    let mut number = if amount.scale >= 0 { at_scale(amount, 0)? } else { return None };
    if number.abs() < 1024 {
        return None;
    }
    let mut power = 0;
    while number % 1024 == 0 && power < 6 {
        number /= 1024;
        power += 1;
    }
    Some(format!("{number}{}", ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power]))
}
