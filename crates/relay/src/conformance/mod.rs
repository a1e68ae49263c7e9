//! What every store must pass, and what the relay must do over any store.
//!
//! A store's own tests call [`run_all`] with a way to make empty stores. Every scenario gets a store of its own, and
//! every function is named for the rule it proves. A scenario that fails panics, as a test does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is test code that is shared between crates; only their tests compile it"
)]

use std::sync::Arc;

use crate::store::{BoxFuture, Store};

mod acceptance;
mod dispatch;
mod model;
mod operations;
mod queue;
mod recovery;
mod stress;
mod support;

/// One place where one store lives.
pub trait TestBed: Send + Sync {
    /// Opens the store: an empty one the first time, the same one again later. It panics if that fails. The store
    /// opened before has been dropped by then.
    fn open(&self) -> BoxFuture<'_, Arc<dyn Store>>;

    /// Changes the detail of one event behind the back of the store, which is closed.
    fn alter_event(&self, sequence: u64) -> BoxFuture<'_, ()>;

    /// Removes the last events of the log, from the given one on, behind the back of the store, which is closed.
    fn cut_events(&self, from: u64) -> BoxFuture<'_, ()>;
}

/// Runs every scenario, each on a fresh test bed.
///
/// # Panics
/// If a scenario finds that a rule does not hold.
pub async fn run_all<B: TestBed>(make: impl Fn() -> B) {
    acceptance::an_accepted_message_is_stored_whole(&make()).await;
    acceptance::a_message_that_can_not_be_stored_whole_is_not_stored_at_all(&make()).await;
    acceptance::the_same_message_again_gets_the_first_answer_and_delivers_nothing(&make()).await;
    acceptance::other_content_under_the_same_id_is_a_conflict(&make()).await;
    acceptance::the_same_id_from_another_source_is_another_message(&make()).await;
    acceptance::a_refused_message_may_be_sent_again_mended(&make()).await;
    acceptance::of_the_same_message_sent_many_times_at_once_one_is_accepted(&make()).await;

    queue::deliveries_with_one_key_leave_in_order_of_acceptance(&make()).await;
    queue::deliveries_with_different_keys_leave_together_up_to_the_endpoints_room(&make()).await;
    queue::the_same_key_at_two_endpoints_is_two_lines(&make()).await;
    queue::a_delivery_that_waits_for_its_next_attempt_holds_its_line(&make()).await;
    queue::a_delivery_given_up_lets_the_next_one_pass_and_the_log_says_so(&make()).await;
    queue::a_delivery_refused_by_the_receiver_lets_the_next_one_pass(&make()).await;
    queue::a_parked_delivery_holds_its_line_until_a_person_lets_it_go_on(&make()).await;
    queue::a_parked_delivery_that_a_person_gives_up_lets_the_next_one_pass(&make()).await;
    queue::only_a_parked_delivery_can_be_decided_about(&make()).await;
    queue::an_expired_delivery_is_dead_without_being_sent(&make()).await;
    queue::a_lost_lease_has_no_say(&make()).await;
    queue::a_lease_that_ran_out_is_given_to_another_worker(&make()).await;
    queue::a_lease_given_back_is_due_at_once(&make()).await;
    queue::endpoints_that_are_not_named_are_left_alone(&make()).await;
    queue::the_next_due_time_is_that_of_the_first_delivery_that_could_be_leased(&make()).await;

    recovery::what_was_acknowledged_is_there_after_a_restart_and_leases_return(&make()).await;
    recovery::the_log_verifies_across_restarts(&make()).await;
    recovery::an_altered_event_is_found(&make()).await;
    recovery::a_log_that_was_cut_short_is_found(&make()).await;

    operations::messages_are_found_by_every_index_and_by_state_kind_and_time(&make()).await;
    operations::a_message_is_shown_with_deliveries_events_and_findings(&make()).await;
    operations::contents_come_back_byte_for_byte(&make()).await;
    operations::counts_follow_every_transition(&make()).await;
    operations::the_oldest_unresolved_delivery_is_told_per_endpoint(&make()).await;
    operations::the_log_can_be_followed(&make()).await;

    model::whatever_is_done_the_queue_leases_what_its_model_expects(&make).await;

    dispatch::a_failing_delivery_is_retried_within_the_bounds_of_its_policy(&make()).await;
    dispatch::a_delivery_that_never_succeeds_is_dead_in_the_end(&make()).await;
    dispatch::an_attempt_without_an_answer_is_in_doubt_and_sent_again(&make()).await;
    dispatch::a_sender_that_panics_does_not_lose_the_delivery(&make()).await;
    dispatch::a_shutdown_lets_flights_land_and_gives_the_rest_back(&make()).await;
    dispatch::a_message_committed_without_a_word_to_the_worker_is_found(&make()).await;
    dispatch::endpoints_can_be_added_while_the_relay_runs(&make()).await;

    stress::under_load_and_faults_every_line_keeps_its_order_and_every_delivery_ends_once(&make()).await;
}
