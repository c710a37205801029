"""Pure rules of 课表: which days are taught on, what clashes, and the ways out of a clash."""
