//! What mails say.

use super::Mail;

/// The mail with which a password is set anew.
pub fn password_reset(to: &str, link: &str) -> Mail {
    let text = format!(
        "Somebody asked to set a new password for the SourcePilot account {to}.\n\n\
         To set it, open this page within one hour:\n\n{link}\n\n\
         The link works once. If it was not you, do nothing: the password stays as it is.\n"
    );
    let (shown_to, shown_link) = (escaped(to), escaped(link));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><body style=\"font-family:sans-serif\">\n\
         <p>Somebody asked to set a new password for the SourcePilot account <b>{shown_to}</b>.</p>\n\
         <p><a href=\"{shown_link}\">Set a new password</a> within one hour.</p>\n\
         <p>The link works once. If it was not you, do nothing: the password stays as it is.</p>\n\
         </body></html>\n"
    );
    Mail { to: to.to_owned(), subject: "Set a new SourcePilot password".to_owned(), text, html }
}

/// Text as HTML shows it, also inside an attribute in double quotes.
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_typed_becomes_html() {
        let mail = password_reset("a'&<b>@example.com", "https://app.example/r?x=1&token=\"><script>");
        assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>@"), "{}", mail.html);
        assert!(mail.html.contains("a&#39;&amp;&lt;b&gt;@example.com"), "{}", mail.html);
        assert!(mail.html.contains("href=\"https://app.example/r?x=1&amp;token=&quot;&gt;&lt;script&gt;\""));
        assert!(mail.text.contains("https://app.example/r?x=1&token="));
    }
}
