"""跟踪 followup — what became of a learner: work, pay and study after the course, her life line, satisfaction, honours.

Owns      follow_up, follow_up_answer, questionnaire, satisfaction_answer, honour
Leans on  every room a learner went through before, people, trainers, office
Serves    classfile (满意度), reports (what courses brought), home (whom to call)
Rules     R-FOL-01.. (when to call, what is counted, which form says what, who may be honoured)
Sync      per column; answers of the satisfaction page are made at the hub and come as rows
"""
