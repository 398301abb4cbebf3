//! What shops write on buttons and beside prices, in the languages they speak.

use crate::letters::lower;

const SOLD_OUT: [&str; 30] = [
    "sold out",
    "out of stock",
    "out-of-stock",
    "currently unavailable",
    "not available",
    "no longer available",
    "ausverkauft",
    "nicht vorrätig",
    "nicht verfügbar",
    "nicht lieferbar",
    "nicht auf lager",
    "vergriffen",
    "épuisé",
    "rupture de stock",
    "indisponible",
    "agotado",
    "sin existencias",
    "no disponible",
    "esaurito",
    "non disponibile",
    "uitverkocht",
    "niet op voorraad",
    "esgotado",
    "indisponível",
    "wyprzedane",
    "niedostępny",
    "slutsåld",
    "udsolgt",
    "品切れ",
    "在庫切れ",
];

const IN_STOCK: [&str; 18] = [
    "in stock",
    "in-stock",
    "available",
    "auf lager",
    "vorrätig",
    "sofort lieferbar",
    "lieferbar",
    "verfügbar",
    "en stock",
    "disponible",
    "disponibile",
    "op voorraad",
    "em estoque",
    "disponível",
    "dostępny",
    "i lager",
    "på lager",
    "在庫あり",
];

const BUY: [&str; 22] = [
    "add to cart",
    "add to bag",
    "add to basket",
    "buy now",
    "in den warenkorb",
    "in den einkaufswagen",
    "kaufen",
    "ajouter au panier",
    "añadir al carrito",
    "agregar al carrito",
    "comprar",
    "aggiungi al carrello",
    "in winkelwagen",
    "in winkelmand",
    "adicionar ao carrinho",
    "do koszyka",
    "lägg i",
    "læg i kurv",
    "legg i handlekurv",
    "カートに入れる",
    "add to trolley",
    "購入",
];

fn says(text: &str, phrases: &[&str]) -> bool {
    let text = lower(text);
    phrases.iter().any(|phrase| text.contains(phrase))
}

pub(super) fn says_sold_out(text: &str) -> bool {
    says(text, &SOLD_OUT)
}

pub(super) fn says_in_stock(text: &str) -> bool {
    !says_sold_out(text) && says(text, &IN_STOCK)
}

pub(super) fn says_buy(text: &str) -> bool {
    says(text, &BUY)
}

/// An entry of a list of choices that chooses nothing.
pub(super) fn is_prompt(text: &str) -> bool {
    let text = lower(text);
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '.' | '…' | ':' | '*'));
    let starts = [
        "choose",
        "select",
        "please",
        "pick",
        "bitte",
        "wähle",
        "auswahl",
        "choisi",
        "sélection",
        "elige",
        "elija",
        "seleccion",
        "scegli",
        "seleziona",
        "kies",
        "maak een keuze",
        "escolha",
        "selecione",
        "wybierz",
        "välj",
        "vælg",
        "velg",
        "選択",
    ];
    text.is_empty() || starts.iter().any(|start| text.starts_with(start))
}
