//! E-mail addresses by their form; no name is looked up.

const SPECIAL_USE: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

/// The address without surrounding blanks and with its domain in lower case; the
/// part before the @ stays as typed.
///
/// # Errors
/// A sentence that says what is wrong.
pub(super) fn normal_form(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Err("An email address must have an @-sign.");
    };
    check_local(local)?;
    let domain = domain.to_lowercase();
    check_domain(&domain)?;
    if local.len() + 1 + domain.len() > 254 {
        return Err("The email address is too long.");
    }
    Ok(format!("{local}@{domain}"))
}

/// The form under which an account would be known; what is no address stays as it is.
pub fn usual(text: &str) -> String {
    normal_form(text).unwrap_or_else(|_| text.to_owned())
}

fn check_local(local: &str) -> Result<(), &'static str> {
    if local.is_empty() {
        return Err("There must be something before the @-sign.");
    }
    if local.len() > 64 {
        return Err("The email address is too long before the @-sign.");
    }
    if local.split('.').any(str::is_empty) {
        return Err("An email address cannot begin or end with a period, or have two periods in a row.");
    }
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if local.chars().all(allowed) {
        Ok(())
    } else {
        Err("The email address contains invalid characters before the @-sign.")
    }
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    if domain.is_empty() {
        return Err("There must be something after the @-sign.");
    }
    let labels: Vec<&str> = domain.split('.').collect();
    if labels.iter().any(|label| label.is_empty()) {
        return Err(
            "An email address cannot have a period immediately after the @-sign, at its end, or two in a row.",
        );
    }
    let allowed = |label: &str| {
        label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if !labels.iter().all(|label| allowed(label)) {
        return Err("The part after the @-sign contains invalid characters.");
    }
    let last = labels.last().copied().unwrap_or_default();
    if SPECIAL_USE.contains(&last) {
        return Err(
            "The part after the @-sign is a special-use or reserved name that cannot be used with email.",
        );
    }
    if labels.len() < 2 {
        return Err("The part after the @-sign is not valid. It should have a period.");
    }
    if last.chars().any(|c| c.is_ascii_digit()) && !last.starts_with("xn--") {
        return Err("The part after the @-sign is not valid. It is not within a valid top-level domain.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::normal_form;

    #[test]
    fn the_local_part_stays_and_the_domain_goes_to_lower_case() {
        assert_eq!(normal_form("  MiXed-1+a@ExAmple.COM ").as_deref(), Ok("MiXed-1+a@example.com"));
        assert_eq!(normal_form("ü@münchen.example").as_deref(), Ok("ü@münchen.example"));
    }

    #[test]
    fn wrong_forms_are_refused() {
        for text in [
            "",
            "plain",
            "@example.com",
            "a@",
            "a@b",
            "a@localhost",
            "a@shop.test",
            "a b@example.com",
            "a@exa mple.com",
            ".a@example.com",
            "a..b@example.com",
            "a@.example.com",
            "a@example..com",
            "a@-x.example",
            "a@1.2.3.4",
            "a@b@example.com",
            "a\u{0}@example.com",
            "<a@example.com>",
        ] {
            assert!(normal_form(text).is_err(), "{text}");
        }
        assert!(normal_form(&format!("{}@example.com", "a".repeat(65))).is_err());
        assert!(normal_form(&format!("a@{}.com", "b.".repeat(150))).is_err());
    }
}
