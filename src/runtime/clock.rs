//! The event loop's clock and timer. Both include the time during which the machine is suspended
//! (`CLOCK_BOOTTIME`): if a laptop is closed during a visit, the customer's data is dropped as soon
//! as it is opened again. A timeout of `poll` would not count that time.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime,
    timerfd_create, timerfd_settime,
};

/// The time since the kiosk started, and a descriptor for `poll` that becomes readable at the next
/// deadline.
#[derive(Debug)]
pub(super) struct Clock {
    started: Duration,
    alarm: OwnedFd,
}

impl Clock {
    pub(super) fn start() -> io::Result<Self> {
        let alarm = timerfd_create(
            TimerfdClockId::Boottime,
            TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK,
        )?;
        Ok(Self {
            started: boot_time(),
            alarm,
        })
    }

    pub(super) fn elapsed(&self) -> Duration {
        boot_time().saturating_sub(self.started)
    }

    /// Sets the timer to a time since the start. A time in the past makes it due at once; none
    /// turns it off.
    pub(super) fn set_alarm(&self, moment: Option<Duration>) -> io::Result<()> {
        // Zero turns the timer off. It cannot be a deadline, because the machine booted before the
        // kiosk.
        let at = moment.map_or(Duration::ZERO, |moment| self.started.saturating_add(moment));
        let it_value = Timespec::try_from(at).map_err(io::Error::other)?;
        let once = Itimerspec {
            it_interval: Timespec::default(),
            it_value,
        };
        timerfd_settime(&self.alarm, TimerfdTimerFlags::ABSTIME, &once)?;
        Ok(())
    }
}

/// Readable while the timer is due, until it is set again.
impl AsFd for Clock {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.alarm.as_fd()
    }
}

fn boot_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rustix::event::{PollFd, PollFlags, poll};

    use super::*;

    fn is_due(clock: &Clock, within: Duration) -> bool {
        let within = Timespec::try_from(within).expect("a time");
        poll(&mut [PollFd::new(clock, PollFlags::IN)], Some(&within)) == Ok(1)
    }

    #[test]
    fn k8_the_clock_is_the_one_that_counts_a_suspend() {
        let clock = Clock::start().expect("a clock");
        let before = boot_time();
        let reading = clock.started + clock.elapsed();
        assert!(before <= reading && reading <= boot_time(), "{reading:?}");
        let uptime = std::fs::read_to_string("/proc/uptime").expect("the time since boot");
        let uptime: f64 = uptime
            .split(' ')
            .next()
            .expect("a number")
            .parse()
            .expect("a number");
        assert!(
            (reading.as_secs_f64() - uptime).abs() < 60.0,
            "{reading:?} is not the {uptime} s since boot"
        );
    }

    #[test]
    fn k8_an_alarm_that_passed_while_the_machine_slept_is_due_at_once() {
        let clock = Clock {
            started: Duration::from_nanos(1),
            ..Clock::start().expect("a clock")
        };
        clock.set_alarm(Some(clock.elapsed())).expect("set");
        assert!(is_due(&clock, Duration::ZERO));
        clock
            .set_alarm(Some(clock.elapsed() + Duration::from_secs(600)))
            .expect("set");
        assert!(
            !is_due(&clock, Duration::ZERO),
            "the old alarm is still due"
        );
        clock.set_alarm(Some(Duration::ZERO)).expect("set");
        assert!(is_due(&clock, Duration::ZERO));
        clock.set_alarm(None).expect("switched off");
        assert!(!is_due(&clock, Duration::ZERO));
    }

    #[test]
    fn when_the_alarm_is_due_its_moment_has_come() {
        let clock = Clock::start().expect("a clock");
        for _ in 0..20 {
            let moment = clock.elapsed() + Duration::from_millis(2);
            clock.set_alarm(Some(moment)).expect("set");
            assert!(is_due(&clock, Duration::from_secs(60)), "never due");
            assert!(
                clock.elapsed() >= moment,
                "{moment:?}, and it is {:?}",
                clock.elapsed()
            );
        }
    }
}
