"""Every table, so that create, migrate and sync see the whole schema."""

import kqdesk.rooms.activities.model
import kqdesk.rooms.attendance.model
import kqdesk.rooms.catalogue.model
import kqdesk.rooms.certificates.model
import kqdesk.rooms.classfile.model
import kqdesk.rooms.cohorts.model
import kqdesk.rooms.credits.model
import kqdesk.rooms.dual.model
import kqdesk.rooms.exams.model
import kqdesk.rooms.followup.model
import kqdesk.rooms.matching.model
import kqdesk.rooms.office.model
import kqdesk.rooms.past.model
import kqdesk.rooms.people.model
import kqdesk.rooms.places.model
import kqdesk.rooms.privacy.model
import kqdesk.rooms.referrals.model
import kqdesk.rooms.reports.model
import kqdesk.rooms.subsidies.model
import kqdesk.rooms.supervision.model
import kqdesk.rooms.survey.model
import kqdesk.rooms.timetable.model
import kqdesk.rooms.trainers.model
import kqdesk.store.attachments
import kqdesk.store.conflicts
import kqdesk.sync.tables  # noqa: F401 -- imported for its tables
