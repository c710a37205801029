"""报表 reports — figures of any period with the names behind them, frozen reports, and the user's own official forms.

Owns      document_template, yearly_target, macro_figure, frozen_report, frozen_figure
Leans on  people, cohorts, timetable, attendance, activities, exams, certificates, dual, referrals, survey, past, office
          (school card, packs, who may see whole numbers); the state of sync, to say what was not whole
Serves    home (what is behind plan and why), classfile (packets), the district: its cockpit counts with the same rules
Rules     R-REP-01 (fields of a form), R-REP-02..16 (what each figure counts), 17..20 (plan, forecast, frozen)
Sync      per column; the files travel as attachments; a frozen report goes up as rows
"""
