// azure-iot-provisioning-service: the service client for Node.
'use strict';
const { ProvisioningServiceClient } = require('azure-iot-provisioning-service');
const { facts, keys, attempt, refused, text } = require('./results.js');

const client = ProvisioningServiceClient.fromConnectionString(facts.connectionString);
const attestation = { type: 'symmetricKey', symmetricKey: keys };
const individual = (registrationId) => ({ registrationId, attestation });
const body = (answer) => answer.responseBody;

function same(value, expected) {
  if (value !== expected) throw new Error(`${value} instead of ${expected}`);
}

const page = (query) =>
  new Promise((resolve, reject) => query.next((error, records) => (error ? reject(error) : resolve(records))));

async function all(query, member) {
  const found = [];
  while (query.hasMoreResults) found.push(...(await page(query)).map((record) => record[member]));
  return found;
}

async function main() {
  const bulk = { mode: 'create', enrollments: [0, 1, 2].map((number) => individual(`node-b${number}`)) };
  await attempt('create', async () => {
    const answer = await client.createOrUpdateIndividualEnrollment(individual('node-a'));
    same(body(answer).registrationId, 'node-a');
  });
  await attempt('show', async () => {
    same(body(await client.getIndividualEnrollment('node-a')).registrationState.status, 'unassigned');
  });
  await attempt('update by ETag', async () => {
    const { etag } = body(await client.getIndividualEnrollment('node-a'));
    const sent = { ...individual('node-a'), deviceId: 'other', etag };
    same(body(await client.createOrUpdateIndividualEnrollment(sent)).deviceId, 'other');
  });
  await attempt('keys', async () => {
    const answer = await client.getIndividualEnrollmentAttestationMechanism('node-a');
    same(body(answer).symmetricKey.primaryKey, keys.primaryKey);
  });
  // Its promise is never settled: without a callback the library forgets the answer.
  await attempt('bulk', () => new Promise((resolve, reject) => {
    client.runBulkEnrollmentOperation(bulk, (error, result) => {
      if (error || !result.isSuccessful) reject(error || new Error(JSON.stringify(result)));
      else resolve();
    });
  }));
  await attempt('list by pages', async () => {
    const query = client.createIndividualEnrollmentQuery({ query: '*' }, 2);
    same((await all(query, 'registrationId')).filter((id) => id.startsWith('node-b')).length, 3);
  });
  await attempt('delete', () => client.deleteIndividualEnrollment('node-a'));
  await refused('refusal of what exists', 'DeviceAlreadyExistsError', () => client.createOrUpdateIndividualEnrollment(individual('node-b0')));
  await attempt('group: base64 of a PEM certificate', async () => {
    const certificate = Buffer.from(text('authority.pem')).toString('base64');
    const x509 = { signingCertificates: { primary: { certificate } } };
    const sent = { enrollmentGroupId: 'node-g', attestation: { type: 'x509', x509 } };
    const { signingCertificates } = body(await client.createOrUpdateEnrollmentGroup(sent)).attestation.x509;
    same(signingCertificates.primary.info.subjectName, 'CN=line authority');
  });
  await attempt('group: list', async () => {
    const query = client.createEnrollmentGroupQuery({ query: '*' }, 2);
    same((await all(query, 'enrollmentGroupId')).includes('node-g'), true);
  });
  await attempt('group: delete', () => client.deleteEnrollmentGroup('node-g'));
  await attempt('registrations: list', async () => {
    const query = client.createEnrollmentGroupDeviceRegistrationStateQuery({ query: '*' }, 'fleet');
    same((await all(query, 'registrationId')).length >= 0, true);
  });
}

main().catch((error) => { throw error; });
