// A Node process that does nothing.
const { answer } = require('./answer.js');

answer({});
