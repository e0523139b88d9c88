/** Texts of the field app: the approval of a department’s head. */
export default {
  "approval.missing": "The head of the department has not approved this inspection yet. Ask for approval first; recording goes on as usual.",
  "approval.refused": "The head of the department does not approve this inspection. Call the head at once; recording goes on as usual.",
  "approval.urgent": "An urgent inspection may go on. The head is to approve it by {due}.",
  "approval.overdue": "This urgent inspection was to be approved by {due}. Ask the head of the department at once.",
};
