//! What entries mean to people: serials, messages, states with their voices, gates, and what an auditor says of them.

mod content;
mod courtesy;
mod dialogue;
mod drafts;
mod examine;
mod gates;
mod hidden;
mod ledger;
mod may;
mod receipts;
mod references;
mod serials;
mod talks;
mod transcript;
mod world;
