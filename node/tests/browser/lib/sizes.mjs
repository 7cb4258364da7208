// The screens that people hold, in CSS pixels.
export const SIZES = { tablet: { width: 820, height: 1180 }, phone: { width: 390, height: 844 } };
