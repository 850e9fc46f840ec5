use super::*;

pub static IN_PSEUDO: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = read(Language::English, ENGLISH);
    bundle.set_transform(Some(|words| Cow::Owned(words.to_owned())));
    bundle
});
