//! The words in which a "ships from" choice is delivered.

/// Whether a property's name says that it is about the place of dispatch, in the
/// languages that the answers come in.
pub(crate) fn means_ships_from(name: &str) -> bool {
    const NAMES: [&str; 19] = [
        "ships from",
        "ship from",
        "shipping from",
        "expédié de",
        "expédition de",
        "livraison depuis",
        "envío desde",
        "enviado desde",
        "versand aus",
        "versand von",
        "lieferung aus",
        "spedito da",
        "spedizione da",
        "enviado de",
        "envio de",
        "отправка из",
        "доставка из",
        "wysyłka z",
        "gönderim yeri",
    ];
    NAMES.contains(&name.trim().trim_end_matches(':').to_lowercase().as_str())
}

/// The ISO code of a country as the choice spells it, or of a code itself.
pub(crate) fn country_code(name: &str) -> Option<&'static str> {
    const COUNTRIES: [(&str, &[&str]); 24] = [
        (
            "CN",
            &["china", "china mainland", "cn mainland", "mainland china", "chine", "cina", "китай", "chiny"],
        ),
        ("US", &["united states", "usa", "united states of america", "états-unis", "estados unidos", "сша"]),
        ("RU", &["russian federation", "russia", "россия", "russie", "rusia"]),
        ("ES", &["spain", "españa", "espagne", "spanien", "spagna", "испания"]),
        ("FR", &["france", "francia", "frankreich", "франция"]),
        ("DE", &["germany", "deutschland", "allemagne", "alemania", "germania", "германия"]),
        ("PL", &["poland", "polska", "pologne", "polonia", "polen", "польша"]),
        ("IT", &["italy", "italia", "italie", "italien", "италия"]),
        ("GB", &["united kingdom", "uk", "great britain", "royaume-uni", "reino unido"]),
        ("CZ", &["czech republic", "czechia", "чехия"]),
        ("BE", &["belgium", "belgique", "бельгия"]),
        ("NL", &["netherlands", "pays-bas", "países bajos"]),
        ("TR", &["turkey", "türkiye", "turquie", "турция"]),
        ("AU", &["australia", "australie"]),
        ("BR", &["brazil", "brasil", "brésil"]),
        ("CA", &["canada"]),
        ("UA", &["ukraine", "украина"]),
        ("KR", &["korea", "south korea", "republic of korea"]),
        ("JP", &["japan", "japon"]),
        ("SA", &["saudi arabia"]),
        ("AE", &["united arab emirates"]),
        ("ZA", &["south africa"]),
        ("MX", &["mexico", "méxico"]),
        ("HK", &["hong kong", "hong kong,china"]),
    ];
    let name = name.trim().to_lowercase();
    let known = |(code, names): &&(&'static str, &[&str])| {
        code.eq_ignore_ascii_case(&name) || names.contains(&name.as_str())
    };
    COUNTRIES.iter().find(known).map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_known_by_name_and_by_code() {
        assert_eq!(country_code("CHINA"), Some("CN"));
        assert_eq!(country_code("ESPAÑA"), Some("ES"));
        assert_eq!(country_code("cn"), Some("CN"));
        assert_eq!(country_code("Atlantis"), None);
        assert!(means_ships_from("Ships From:") && means_ships_from("Отправка из"));
        assert!(!means_ships_from("Color"));
    }
}
