/** Texts of the field app: the code at the door, and what the enterprise put right before. */
export default {
  "door.show": "Show the code at the door",
  "door.title": "Code at the door",
  "door.code": "Code at the door (QR)",
  "door.scan": "Let the enterprise scan it, to see that this visit is genuine.",
  "door.first": "Record the arrival first. The page opens for the enterprise once that has been sent.",
  "door.arrived": "Arrived. The enterprise sees the page once the arrival is on the server:",
  "door.tells": "It tells whether the visit is genuine, who comes with which certificate, on what basis, the enterprise's rights, whom to call, and how to rate. Names go 30 days after the visit.",
  "door.corrected": "Put right before the visit, as the enterprise says: {count}",
  "door.corrected-text": "For your information; it exempts from nothing.",
  "refused.door-not-loaded": "What draws the code is not on this phone yet. Open the app once with a network and try again.",
};
