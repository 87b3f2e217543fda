// What a program gets and reports: one line of JSON for each operation.
'use strict';
const fs = require('fs');
const path = require('path');

const file = process.argv[2];
const facts = JSON.parse(fs.readFileSync(file, 'utf8'));
const keys = {
  primaryKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  secondaryKey: 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=',
};

function report(operation, failure) {
  console.log(JSON.stringify({ operation, failure }).replace('{"operation":', '{"operation": '));
}

let pending = null;
// Node ends without a word when nothing is left that could settle a promise.
process.on('beforeExit', () => {
  if (pending) report(pending, 'the library never answers');
  pending = null;
});

async function attempt(operation, call) {
  pending = operation;
  try {
    await call();
    pending = null;
    report(operation, null);
  } catch (error) {
    pending = null;
    report(operation, `${error.name}: ${error.message || error.responseBody}`.slice(0, 300));
  }
}

// The library tells of a refusal by an error of this name.
async function refused(operation, expected, call) {
  try {
    await call();
  } catch (error) {
    return report(operation, error.name === expected ? null : `${error.name} instead of ${expected}: ${error.message}`);
  }
  return report(operation, 'it was accepted');
}

const text = (name) => fs.readFileSync(path.join(path.dirname(file), name), 'utf8');

module.exports = { facts, keys, attempt, refused, text };
