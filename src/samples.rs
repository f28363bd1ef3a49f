//! placeholder until the samples are merged
pub struct Sample {
    pub name: &'static str,
    pub title: &'static str,
    pub log: &'static [u8],
    pub pod: Option<(&'static str, &'static str)>,
}
pub fn all() -> &'static [Sample] {
    &[]
}
pub fn find(name: &str) -> Option<&'static Sample> {
    all().iter().find(|s| s.name == name)
}
