mod accounts;
mod catalogue;
