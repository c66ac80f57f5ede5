-- What calls are filtered by; the attempts that failed, which are few, so that none of the others is looked at.
CREATE INDEX call_model ON call (model);
CREATE INDEX call_prompt ON call (prompt);
CREATE INDEX attempt_failed ON attempt (run) WHERE outcome = 'failed';
