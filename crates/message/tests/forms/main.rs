//! Forms: the shipped ones and their texts, the check of a message, files that are refused, forms of a site.

mod broken;
mod check;
mod shipped;
mod site;
mod texts;
